import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring } from '@concierge/cloud-server/platform/keys/keyring.ts';
import { plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '@concierge/cloud-server/testing/running-cloud.ts';
import { pinnedKeys } from '@concierge/contract/signed-claims.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openReleaseDesk, type ReleaseDesk } from './release-desk.ts';
import { createSimulatedAgent, type Fate, type SimulatedAgent } from './simulated-agent.ts';

// Five hundred kiosks of two offices on a real cloud with its embedded broker and PostgreSQL. Thresholds and limits are the operator's options, rings soak for a second, and the engine
// is asked to look a few times a second instead of once a minute.

const FLEET = 500;
const AT_ONCE = 60;

let folder: string;
let running: RunningCloud;
let desk: ReleaseDesk;
let agents: SimulatedAgent[];
let looks: NodeJS.Timeout;
let watching: NodeJS.Timeout;
let most = { downloading: 0, starting: 0 };
let fate: (place: number, ring: number, sequence: number) => Fate = () => 'good';

/** The same every time, so that a ring holds the same devices every time. */
const deviceIdOf = (place: number): string => {
  const hex = createHash('md5').update(`kiosk ${place}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};
/** As release_bucket() and the rings below say. Three devices are in the lab. */
const ringOf = (place: number): number => {
  if (place < 3) return 0;
  const bucket = Number.parseInt(createHash('md5').update(deviceIdOf(place)).digest('hex').slice(0, 8), 16) % 10_000;
  return bucket < 500 ? 1 : bucket < 5_000 ? 2 : 3;
};
const places = Array.from({ length: FLEET }, (_, place) => place);
const inRing = (ring: number) => places.filter((place) => ringOf(place) === ring).length;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'release-fleet-'));
  const served = join(folder, 'served');
  running = await runCloud({ environment: { RELEASES_DIR: served } });
  desk = await openReleaseDesk(join(folder, 'desk'), running, served);
  mkdirSync(join(folder, 'program'));
  writeFileSync(join(folder, 'program/main.mjs'), '');
  await running.owner.query(
    `update release_ring set soak_seconds = 1, share = case ring when 0 then 0 when 1 then 500 when 2 then 5000 else 10000 end`,
  );

  const keyring = await openKeyring(join(running.dataFolder, 'keys'), { create: false, brokerHosts: [] });
  const signingKeys = await pinnedKeys(keyring.signing.publicKeys);
  const tenants = [await plantTenant(running.owner, 'ours'), await plantTenant(running.owner, 'theirs')];
  agents = [];
  for (const place of places) {
    const tenant = tenants[place % 2];
    const deviceId = deviceIdOf(place);
    await running.owner.query(
      `insert into device (tenant_id, id, building_id, name, serial, certificate_fingerprint, certificate_expires_at, display)
       values ($1, $2, $3, $4, 'serial', 'fingerprint', now() + interval '1 day', '{"language":"el","widthMm":null}')`,
      [tenant?.tenantId, deviceId, tenant?.buildingId, `kiosk ${place}`],
    );
    const issued = await keyring.authority.issueWithNewKey(deviceId, []);
    agents.push(
      createSimulatedAgent({
        deviceId,
        brokerUrl: running.cloud.brokerUrl,
        identity: { ...issued, authorityPem: keyring.authority.certificatePem },
        signingKeys,
        fateOf: (sequence) => fate(place, ringOf(place), sequence),
      }),
    );
  }
  const lab = [0, 1, 2].map(deviceIdOf);
  await running.owner.query(
    'insert into device_release (tenant_id, device_id, pinned_ring) select tenant_id, id, 0 from device where id = any ($1)',
    [lab],
  );
  for (let from = 0; from < FLEET; from += 50) await Promise.all(agents.slice(from, from + 50).map((agent) => agent.connect()));
  looks = setInterval(() => void running.owner.query("select graphile_worker.add_job('fleet.rollout', job_key => 'look')"), 300);
  watching = setInterval(() => {
    const busy = (what: string) => agents.filter((agent) => agent.busy() === what).length;
    most = { downloading: Math.max(most.downloading, busy('downloading')), starting: Math.max(most.starting, busy('starting')) };
  }, 20);
}, 300_000);
afterAll(async () => {
  clearInterval(looks);
  clearInterval(watching);
  await Promise.all(agents.map((agent) => agent.leave()));
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

const Status = z.object({
  state: z.string(),
  settledAt: z.string().nullable(),
  reason: z.string().nullable(),
  ring: z.int(),
  rings: z.array(z.object({ ring: z.int(), members: z.int(), done: z.int(), failed: z.int(), silent: z.int() })),
});
const status = async () => Status.parse(await desk.operate('rollout', 'status'));
const runs = (sequence: number) => agents.filter((agent) => agent.running() === sequence).length;

async function rollOut(sequence: number, ...limits: readonly string[]): Promise<void> {
  await desk.make(sequence, join(folder, 'program'), 'main.mjs');
  await desk.publish(sequence);
  most = { downloading: 0, starting: 0 };
  const quick = ['--quiet', 'always', '--at-once', String(AT_ONCE), '--look-again-after', '1s', '--silent-after', '15s'];
  await desk.operate('rollout', 'start', '--sequence', String(sequence), ...quick, ...limits);
}

async function untilOver(timeoutMs: number): Promise<z.infer<typeof Status>> {
  const startedMs = performance.now();
  for (;;) {
    const { rows } = await running.owner.query('select from rollout where ended_at is null and settled_at is null');
    if (rows.length === 0) return status();
    if (performance.now() - startedMs > timeoutMs) throw new Error(`it still goes on: ${JSON.stringify(await status())}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** When each ring began, by the engine's own notes. */
async function offeredBefore(sequence: number): Promise<string[]> {
  const { rows } = await running.owner.query<{ ring: number; at: Date }>(
    `select (details ->> 'ring')::int + 1 as ring, noted_at as at from release_note
     where what = 'rollout-advance' and details ->> 'rollout' = (select id::text from rollout where sequence = $1)`,
    [sequence],
  );
  const beganMs = new Map(rows.map(({ ring, at }) => [ring, at.getTime()]));
  return agents.flatMap((agent, place) =>
    agent.offers
      .filter(
        (offer) =>
          offer.sequence === sequence && ringOf(place) > 0 && offer.atMs < (beganMs.get(ringOf(place)) ?? Number.POSITIVE_INFINITY),
      )
      .map(() => `kiosk ${place} of ring ${ringOf(place)}`),
  );
}

it('knows the whole fleet', async () => {
  const known = async () => (await running.owner.query("select from device where online and reported ? 'release'")).rowCount;
  await expect.poll(known, { timeout: 60_000, interval: 300 }).toBe(FLEET);
}, 70_000);

// The longer two of the three: `npm run verify -- --long`.
const whenLong = it.skipIf(process.env['CONCIERGE_LONG'] === undefined);

whenLong(
  'goes through all rings with three in a hundred failing, below the threshold',
  async () => {
    fate = (place) => (place % 33 === 5 ? 'nothing-painted' : 'good');
    const bad = places.filter((place) => fate(place, 0, 2) !== 'good').length;
    const beganMs = performance.now();
    await rollOut(2, '--abort-share', '10%', '--abort-least', '3');
    const over = await untilOver(150_000);
    console.log(
      `500 devices, ${bad} of them failing, in four rings: ${Math.round(performance.now() - beganMs)} ms; at most ${most.downloading} downloaded and ${most.starting} started at once`,
    );
    expect(over).toMatchObject({ state: 'running', ring: 3 });
    expect(over.rings.map(({ ring, members }) => [ring, members])).toEqual([0, 1, 2, 3].map((ring) => [ring, inRing(ring)]));
    expect(over.rings.reduce((sum, { failed }) => sum + failed, 0)).toBe(bad);
    expect(over.rings.reduce((sum, { done }) => sum + done, 0)).toBe(FLEET - bad);
    expect(runs(2)).toBe(FLEET - bad);
    expect(await offeredBefore(2)).toEqual([]);
    expect(most.downloading).toBeLessThanOrEqual(AT_ONCE);
    expect(most.starting).toBeLessThanOrEqual(AT_ONCE);
    // Each was offered it once, however often the engine looked and however many heard each report.
    expect(Math.max(...agents.map(({ offers }) => offers.length))).toBe(1);
  },
  200_000,
);

whenLong(
  'stops by itself when a ring goes bad, before the last ring was asked',
  async () => {
    fate = (place, ring) => (ring === 2 && place % 5 < 2 ? (place % 20 < 2 ? 'dead' : 'cloud-not-reached') : 'good');
    await rollOut(3, '--abort-share', '10%', '--abort-least', '3');
    const over = await untilOver(150_000);
    expect(over).toMatchObject({ state: 'aborted', ring: 2, reason: expect.stringMatching(/^\d+ of \d+ failed .* the limit is 10\.0 %$/) });
    const failed = over.rings.find(({ ring }) => ring === 2)?.failed ?? 0;
    console.log(`a bad ring of ${inRing(2)}: ${failed} devices failed before it stopped; ${over.reason}`);
    expect(failed).toBeGreaterThanOrEqual(3);
    expect(failed).toBeLessThan(inRing(2) / 3);
    expect(await offeredBefore(3)).toEqual([]);
    expect(agents.filter(({ offers }, place) => ringOf(place) === 3 && offers.some(({ sequence }) => sequence === 3))).toEqual([]);
    // What was on offer is taken back, and what was installed well stays.
    await expect
      .poll(() => agents.filter((agent) => agent.offered() !== undefined && agent.busy() === null).length, { timeout: 30_000 })
      .toBe(0);
    expect(runs(3)).toBeGreaterThan(inRing(0) + inRing(1) - 10);
  },
  200_000,
);

it('stops by itself with three in a hundred failing, above the threshold', async () => {
  fate = (place) => (place % 33 === 5 ? 'nothing-painted' : 'good');
  await rollOut(4, '--abort-share', '2%', '--abort-least', '3');
  const over = await untilOver(150_000);
  expect(over.state).toBe('aborted');
  expect(runs(4)).toBeLessThan(FLEET - 20);
}, 200_000);

import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '@concierge/cloud-server/testing/running-cloud.ts';
import { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { DeviceRelease } from '@concierge/contract/release/outcome.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../kiosk/shell/chromium/find-chromium.ts';
import { buildChromiumRelease, CHROMIUM_RELEASE_ENTRY } from '../../kiosk/shell/chromium-release.ts';
import { type LobbyMachine, startLobbyMachine } from './lobby-machine.ts';
import { openReleaseDesk, type ReleaseDesk } from './release-desk.ts';

// The whole way of a release: packed and signed with the tools, published by the operator's program, offered by a real cloud, installed by a real agent under its launcher, proven by a real
// browser, reported. Nothing is doubled; only the engine is asked to look more often than once a minute, and the release that fails gives itself less time.

const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
const chromium = findChromium(process.env['CONCIERGE_CHROMIUM'], process.env['PATH']);
/** The slots lie on a partition of their own on the appliance; here on one as small as a test can fill. */
const smallPartition = process.platform === 'linux' && process.getuid?.() === 0;
if (chromium.ok || process.env['CI'] !== undefined) describe('a release', journey);
else describe.skip('a release (skipped: no Chromium was found, before which it could prove itself)', journey);

function mountSmallPartition(path: string): void {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${PARTITION_MEBIBYTES}m`, 'tmpfs', path]);
  chmodSync(path, 0o700);
}

function journey(): void {
  let folder: string;
  let rendererDir: string;
  let running: RunningCloud;
  let tenant: PlantedTenant;
  let desk: ReleaseDesk;
  let machine: LobbyMachine;
  let looks: NodeJS.Timeout;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'release-journey-'));
    rendererDir = join(folder, 'renderer');
    const root = join(import.meta.dirname, '../..');
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', rendererDir, '--emptyOutDir'], {
      cwd: join(root, 'kiosk/renderer'),
      env: { ...process.env, NODE_ENV: 'production' },
    });
    running = await runCloud({ environment: { RELEASES_DIR: join(folder, 'served') } });
    tenant = await plantTenant(running.owner, 'ours');
    desk = await openReleaseDesk(join(folder, 'desk'), running, join(folder, 'served'));
    // From the last, because none may be smaller than the one before it.
    for (const ring of [3, 2, 1, 0])
      await desk.operate('ring', 'set', '--ring', String(ring), '--name', `ring ${ring}`, '--share', '100%', '--soak', '0s');
    if (smallPartition) mountSmallPartition(join(folder, 'machine/releases'));
    machine = await startLobbyMachine(join(folder, 'machine'), running, tenant, desk.rootFile);
    looks = setInterval(() => void running.owner.query("select graphile_worker.add_job('fleet.rollout', job_key => 'look')"), 500);
  });
  afterAll(async () => {
    clearInterval(looks);
    await machine.stop();
    await running.stop();
    if (smallPartition) spawnSync('umount', [join(folder, 'machine/releases')]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** What the cloud knows of the machine. */
  async function told(): Promise<{ release: DeviceRelease | undefined; online: boolean; state: string | null; reason: string | null }> {
    const { rows } = await running.owner.query<{ reported: unknown; online: boolean; state: string | null; reason: string | null }>(
      `select d.reported, coalesce(d.online, false) as online, r.state, r.reason from device d left join device_release r on r.tenant_id = d.tenant_id and r.device_id = d.id where d.name = 'Lobby machine'`,
    );
    const row = rows[0];
    const { release } = Reported.safeParse(row?.reported).data ?? {};
    return { release, online: row?.online === true, state: row?.state ?? null, reason: row?.reason ?? null };
  }

  async function until(what: string, holds: (known: Awaited<ReturnType<typeof told>>) => boolean, timeoutMs: number): Promise<void> {
    const startedMs = performance.now();
    for (;;) {
      const known = await told();
      if (holds(known)) return;
      if (performance.now() - startedMs > timeoutMs)
        throw new Error(
          `waited in vain until ${what}; the cloud knows ${JSON.stringify(known)}; the machine says ${machine.log().slice(-3_000)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async function makeRelease(sequence: number, change: (release: string) => void = () => undefined, agentMain?: string): Promise<void> {
    const release = join(folder, `program-${sequence}`);
    await buildChromiumRelease({ outDir: release, arch, rendererDir, ...(agentMain === undefined ? {} : { agentMain }) });
    change(release);
    await desk.make(sequence, release, CHROMIUM_RELEASE_ENTRY);
  }

  const startRollout = async (sequence: number, quiet = 'always') => {
    await desk.operate('rollout', 'start', '--sequence', String(sequence), '--quiet', quiet, '--abort-least', '1');
  };

  it('a kiosk runs what it came with, and says so', async () => {
    await until('it reports', ({ release }) => release?.running.sequence === 0, 20_000);
  });

  it('takes the real agent as release 2, starts it, proves it before a browser, and reports', async () => {
    await makeRelease(2);
    const startsBefore = machine.starts();
    const beganMs = performance.now();
    await desk.publish(2);
    await startRollout(2);
    await until(
      'it runs release 2',
      ({ release, state }) => release?.running.sequence === 2 && !release.onTrial && state === 'done',
      60_000,
    );
    console.log(`from the rollout's start to proven and reported: ${Math.round(performance.now() - beganMs)} ms`);
    expect((await told()).release).toMatchObject({
      running: { sequence: 2, version: '0.2.0' },
      waiting: null,
      rolledBack: null,
      refused: null,
    });
    expect(machine.starts()).toBe(startsBefore + 1);
    const { rows } = await running.owner.query(`select details from audit_event where tenant_id = $1 and action = 'device.release-done'`, [
      tenant.tenantId,
    ]);
    expect(rows).toMatchObject([{ details: { sequence: 2, version: '0.2.0' } }]);
  }, 90_000);

  it('comes back with release 2 after its power was cut', async () => {
    const starts = machine.starts();
    machine.cutPower();
    await expect.poll(() => machine.starts(), { interval: 10 }).toBe(starts + 1);
    // The chooser counts this start, and what the browser then paints ends the count.
    const isCounted = () => existsSync(join(machine.releaseFolder, 'starts.json'));
    await expect.poll(isCounted, { timeout: 10_000, interval: 10 }).toBe(true);
    await expect.poll(isCounted, { timeout: 30_000 }).toBe(false);
    await until('it reports again', ({ release }) => release?.running.sequence === 2 && !release.onTrial, 20_000);
  });

  it('gives up release 3, which can paint the safe scene only, goes on with release 2, and the cloud knows why', async () => {
    await makeRelease(3, breakScenes, hurried);
    await desk.publish(3);
    await startRollout(3);
    // That it was on trial is not looked for in passing: a busy machine may need longer to its first word than this release gives itself. What stays says so: only a trial is given up like this.
    await until('release 2 is back', ({ release, state }) => release?.running.sequence === 2 && state === 'failed', 60_000);
    expect(await told()).toMatchObject({
      reason: 'nothing-painted',
      release: { rolledBack: { sequence: 3, reason: 'nothing-painted' }, onTrial: false },
    });
    await expect
      .poll(async () => desk.operate('rollout', 'status'), { timeout: 10_000 })
      .toMatchObject({ state: 'aborted', sequence: 3, reason: expect.stringContaining('1 of 1 failed') });
  }, 120_000);

  // The agent's own tests refuse each of these too (docs/bad-input.md); here the whole way from the operator to the reason in the database.
  const isLong = process.env['CONCIERGE_LONG'] !== undefined;
  const whenLong = it.skipIf(!isLong);
  const refuses = async (sequence: number, reason: string): Promise<void> => {
    await until(`it refuses release ${sequence}`, ({ release }) => release?.refused?.sequence === sequence, 40_000);
    expect((await told()).release).toMatchObject({
      running: { sequence: 2 },
      onTrial: false,
      waiting: null,
      refused: { sequence, reason },
    });
  };
  /** What the cloud makes of a refusal for good. */
  const isNoted = async (reason: string): Promise<void> => {
    await until('the cloud has noted why', ({ state }) => state === 'failed', 30_000);
    expect((await told()).reason).toBe(reason);
    await expect.poll(async () => desk.operate('rollout', 'status'), { timeout: 30_000 }).toMatchObject({ state: 'aborted' });
  };

  /** The present rollout's release, to this device, past everything that the engine asks first. */
  const offerAnyway = async (sequence: number): Promise<void> => {
    const { rows } = await running.owner.query<{ id: string }>(
      `update device_release set rollout_id = (select id from rollout where state = 'running'), sequence = $1, state = 'offered', reason = null, may_start = true, state_since = now()
       where device_id = (select id from device where name = 'Lobby machine') returning device_id as id`,
      [sequence],
    );
    const { fleet, database } = running.cloud;
    const scope = { tenantId: tenant.tenantId, sessionId: null };
    await fleet.publishDesired(await database.transaction(scope, (tx) => fleet.nextDesiredOfDevice(tx, rows[0]?.id ?? '')));
  };

  /** Published, then altered behind the operator's back on the machine that serves it: the device refuses it and the cloud notes why. */
  const isRefusedOnceAltered = async (sequence: number, reason: string, alter: (served: string) => unknown): Promise<void> => {
    await makeRelease(sequence);
    await desk.publish(sequence);
    await alter(join(folder, 'served', String(sequence)));
    await startRollout(sequence);
    await refuses(sequence, reason);
    await isNoted(reason);
  };
  const SIGNED = ['manifest.jws', 'timestamp.jws'];

  whenLong(
    'bad input: a truncated bundle',
    () =>
      isRefusedOnceAltered(4, 'altered-bytes', (served) => {
        const bundle = join(served, `${arch}-chromium.bundle`);
        const bytes = readFileSync(bundle);
        writeFileSync(bundle, bytes.subarray(0, bytes.length - 100));
      }),
    180_000,
  );

  whenLong(
    'bad input: a wrong signature, of a stranger and of nobody',
    async () => {
      await isRefusedOnceAltered(5, 'unknown-key', async (served) => {
        const stranger = await openReleaseDesk(join(folder, 'stranger'), running, join(folder, 'served'));
        await stranger.make(5, join(folder, 'program-5'), CHROMIUM_RELEASE_ENTRY);
        for (const name of SIGNED) cpSync(join(stranger.out, '5', name), join(served, name));
      });
      await isRefusedOnceAltered(6, 'bad-signature', (served) => {
        const manifest = join(served, 'manifest.jws');
        const text = readFileSync(manifest, 'utf8').trim();
        const at = text.lastIndexOf('.') + 10;
        writeFileSync(manifest, `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`);
      });
    },
    240_000,
  );

  whenLong(
    'bad input: an older release under a new number',
    () =>
      isRefusedOnceAltered(7, 'other-manifest', (served) => {
        for (const name of SIGNED) cpSync(join(folder, 'served/2', name), join(served, name));
      }),
    180_000,
  );

  whenLong(
    'bad input: a lower version, well signed',
    async () => {
      await makeRelease(1);
      // The operator's program would not publish it, nor the cloud's own engine offer it: here it is as if somebody had its folder and its database.
      cpSync(join(desk.out, '1'), join(folder, 'served/1'), { recursive: true });
      await running.owner.query(
        `insert into release (sequence, version, manifest_sha256, targets, earliest_sequence, timestamp_expires_at)
         select 1, '0.1.0', repeat('0', 64), targets, 0, now() + interval '1 day' from release where sequence = 2`,
      );
      await running.owner.query("update rollout set state = 'ended', ended_at = now() where state = 'running'");
      await running.owner.query('insert into rollout (sequence, plan) select 1, plan from rollout order by started_at desc limit 1');
      await offerAnyway(1);
      await refuses(1, 'lower-sequence');
      await desk.operate('rollout', 'abort', '--reason', 'it was a try');
    },
    180_000,
  );

  it.skipIf(!isLong || (!smallPartition && process.env['CI'] === undefined))(
    `bad input: a full slot${smallPartition ? '' : ' (skipped: this user may not mount)'}`,
    async () => {
      await makeRelease(8);
      await desk.publish(8);
      const filler = join(machine.releaseFolder, 'filler');
      writeFileSync(filler, Buffer.alloc(FILLER_BYTES, 1));
      // The cloud passes by who has said in time that there is no room; who is offered it all the same refuses it.
      await startRollout(8);
      await until('either says that there is no room', ({ reason }) => reason === 'no-room' || reason === 'disk-full', 60_000);
      if ((await told()).reason === 'no-room') await offerAnyway(8);
      await refuses(8, 'disk-full');
      rmSync(filler);
    },
    240_000,
  );

  whenLong(
    'gives up a release that paints nothing at all',
    async () => {
      const blank = '<!doctype html><title>Nothing</title>';
      await makeRelease(9, (release) => writeFileSync(join(release, 'renderer/dist/index.html'), blank), hurried);
      await desk.publish(9);
      await startRollout(9);
      await until('it is judged', ({ release, state }) => release?.rolledBack?.sequence === 9 || state === 'done', 60_000);
      await until('release 2 is back', ({ release, state }) => release?.running.sequence === 2 && state === 'failed', 60_000);
      expect(await told()).toMatchObject({
        reason: 'nothing-painted',
        release: { rolledBack: { sequence: 9, reason: 'nothing-painted' } },
      });
    },
    120_000,
  );

  it('stays with what it runs when its power is cut while release 10 waits for the night, while that is paused, and after it was taken back', async () => {
    await makeRelease(10);
    await desk.publish(10);
    await startRollout(10, quietHoursLater());
    await until('it waits', ({ release, state }) => release?.waiting === 10 && state === 'waiting', 60_000);
    const cutAndWait = async (what: string) => {
      const starts = machine.starts();
      machine.cutPower();
      await until('the cloud misses it', ({ online }) => !online, 20_000);
      await expect.poll(() => machine.starts()).toBe(starts + 1);
      await until(`it reports again ${what}`, ({ release, online }) => online && release?.waiting === 10, 20_000);
      expect((await told()).release).toMatchObject({ running: { sequence: 2 }, onTrial: false });
      expect(machine.starts()).toBe(starts + 1);
    };
    await cutAndWait('with what waits for the night');
    await desk.operate('rollout', 'pause');
    await cutAndWait('with what is paused');
    machine.unplug();
    await desk.operate('rollout', 'abort', '--reason', 'seen in the hall');
    await until('the cloud has taken it back', ({ state }) => state === 'withdrawn', 20_000);
    machine.plugIn();
    await until('it has dropped it', ({ release }) => release?.running.sequence === 2 && release.waiting === null, 20_000);
    expect((await told()).release).toMatchObject({ onTrial: false });
  }, 180_000);
}

/** Gives itself seconds instead of minutes to prove itself. */
const hurried = fileURLToPath(new URL('hurried-agent-main.ts', import.meta.url));

/** Lets the scene that every round begins with throw while it is drawn. The script gets another name, as every other build's has: a browser keeps the one it knows. */
function breakScenes(release: string): void {
  const dist = join(release, 'renderer/dist');
  const [script = ''] = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'));
  const text = readFileSync(join(dist, 'assets', script), 'utf8');
  const broken = text.replaceAll(/(["'`])overview-words\1/g, '(()=>{throw Error("a scene that throws")})()');
  expect(broken).not.toBe(text);
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  expect(page).toContain(script);
  writeFileSync(join(dist, 'assets', `broken-${script}`), broken);
  writeFileSync(join(dist, 'index.html'), page.replaceAll(script, `broken-${script}`));
}

/** An hour's quiet, half a day away by the clock of the building. */
function quietHoursLater(): string {
  const clock = (inHours: number): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Athens', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
      Date.now() + inHours * 3_600_000,
    );
  return `${clock(12)}-${clock(13)}`;
}

/** Room for two releases and a download beside what is always kept free (installer.ts), but not once something else lies there. */
const PARTITION_MEBIBYTES = 260;
const FILLER_BYTES = 140 * 1_048_576;

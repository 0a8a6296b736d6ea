import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '@concierge/cloud-server/testing/running-cloud.ts';
import { type Agent, createAgent } from '@concierge/kiosk-agent/agent.ts';
import { systemClockSources } from '@concierge/kiosk-agent/clock/clock.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Ended, startProgram } from './program.ts';

// From a list of serials to claimed screens: the program as a process, the appliance's own script, real agents, a whole cloud.

const root = join(import.meta.dirname, '../..');
const script = join(root, 'firmware-config/files/usr/lib/new-concierge/claim-from-boot');
const Status = z.object({
  batches: z.array(
    z.object({
      batch: z.object({ refusedCount: z.number(), state: z.string(), serials: z.record(z.string(), z.number()) }),
      serials: z.array(
        z.object({
          serial: z.string(),
          deviceNumber: z.string(),
          state: z.string(),
          device: z.object({ id: z.string(), online: z.boolean() }).nullable(),
        }),
      ),
    }),
  ),
});

let running: RunningCloud;
let tenant: PlantedTenant;
let folder: string;
const agents: Agent[] = [];

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  folder = mkdtempSync(join(tmpdir(), 'concierge-provisioning-'));
  writeFileSync(join(folder, 'password'), `${tenant.manager.password}\n`, { mode: 0o600 });
});
afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

const provision = (words: readonly string[]): Promise<Ended> =>
  startProgram([...words, '--password-file', 'password'], { folder, cloud: running.cloud.url, email: tenant.manager.email });
async function provisioned(words: readonly string[]): Promise<string> {
  const ended = await provision(words);
  expect(ended, words.join(' ')).toMatchObject({ exitCode: 0 });
  return ended.stdout;
}
const json = async (...words: readonly string[]): Promise<unknown> => JSON.parse(await provisioned([...words, '--json']));
const statusOf = async (batch: string) => {
  const [found] = Status.parse(await json('status', batch)).batches;
  if (found === undefined) throw new Error(`there is no batch ${batch}`);
  return found;
};

/** A card as its first start leaves it: the appliance's script has taken what it carried. */
function firstStart(partition: string, machine: string): { cloudUrl: string; tokenFile: string; exitCode: number | null } {
  const state = join(folder, machine);
  mkdirSync(state);
  const tokenFile = join(state, 'token');
  const { status } = spawnSync(script, [partition, join(state, 'agent.env'), tokenFile, join(state, 'claim.json')], { timeout: 20_000 });
  const cloudUrl = existsSync(join(state, 'agent.env'))
    ? readFileSync(join(state, 'agent.env'), 'utf8').trim().replace('CONCIERGE_CLOUD_URL=', '')
    : '';
  return { cloudUrl, tokenFile, exitCode: status };
}

async function startMachine(name: string, card: { cloudUrl: string; tokenFile: string }, boardSerial: string): Promise<Agent> {
  const agent = createAgent({
    dataDir: join(folder, name, 'data'),
    rendererDir: join(folder, 'no-renderer'),
    shell: 'none',
    demo: false,
    port: null,
    cloudUrl: card.cloudUrl,
    bootTokenFile: card.tokenFile,
    boardSerial,
    logger: pino({ level: 'silent' }),
    clockSources: { ...systemClockSources, synchronized: () => true },
    backOff: { baseMs: 100, capMs: 500, stableAfterMs: 60_000 },
  });
  agents.push(agent);
  await agent.start();
  return agent;
}
const screenOf = (agent: Agent) => agent.screen.current();

describe.skipIf(process.platform !== 'linux')(
  'from a list of serials to a claimed screen (the appliance’s script needs Linux)',
  { timeout: 90_000 },
  () => {
    const serials = '# the box of November\n10000000A1B2C3D4\n10000000a1b2c3d5 # the spare\n';
    let token: string;
    let machine: Agent;

    it('makes a batch, once, and nothing with --dry-run', async () => {
      const words = ['create', '--name', 'Box', '--serials', 'serials.txt', '--building', tenant.buildingId, '--days', '7'];
      writeFileSync(join(folder, 'serials.txt'), serials);
      expect(await provisioned([...words, '--dry-run'])).toContain('Would make the batch "Box" of 2 devices');
      expect(await json('list')).toMatchObject({ batches: [{ number: 1 }] });
      const first = await json(...words);
      expect(first).toMatchObject({ number: 2, size: 2, state: 'open', buildingId: tenant.buildingId, serials: { open: 2 } });
      expect(await json(...words)).toEqual(first);
    });

    it('draws its labels, and does not write over a file unasked', async () => {
      expect(await json('labels', 'Box', '--output', 'labels.pdf')).toMatchObject({ labels: 2, pages: 1 });
      expect(readFileSync(join(folder, 'labels.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
      expect(await provision(['labels', 'Box', '--output', 'labels.pdf'])).toMatchObject({ exitCode: 65 });
    });

    it('writes the files of its cards: the same again into the same folder, none into another, and no secret on the terminal', async () => {
      mkdirSync(join(folder, 'card'));
      mkdirSync(join(folder, 'other'));
      writeFileSync(join(folder, 'wifi'), 'a lobby password', { mode: 0o600 });
      const words = ['boot-files', '2', '--to', 'card', '--on-this-machine', '--wifi-network', 'Λόμπι', '--wifi-password-file', 'wifi'];
      await provisioned([...words, '--dry-run']);
      expect(existsSync(join(folder, 'card/new-concierge-claim.txt'))).toBe(false);
      const written = await provision(words);
      expect(written.exitCode).toBe(0);
      const claim = readFileSync(join(folder, 'card/new-concierge-claim.txt'), 'utf8');
      token = /token=(.*)/.exec(claim)?.[1] ?? '';
      expect(claim).toBe(`cloud=${new URL(running.cloud.url).origin}/\ntoken=${token}\n`);
      expect(statSync(join(folder, 'card/new-concierge-claim.txt')).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, 'card/new-concierge-wifi.txt'), 'utf8')).toBe(
        'country=GR\nnetwork=Λόμπι\npassword=a lobby password\nhidden=no\n',
      );
      for (const text of [written.stdout, written.stderr]) expect(text).not.toMatch(new RegExp(`${token.slice(37)}|lobby password`));
      await provisioned(words);
      expect(readFileSync(join(folder, 'card/new-concierge-claim.txt'), 'utf8')).toBe(claim);
      const elsewhere = await provision(['boot-files', '2', '--to', 'other', '--on-this-machine', '--json']);
      expect(elsewhere).toMatchObject({ exitCode: 65 });
      expect(JSON.parse(elsewhere.stdout)).toMatchObject({ error: { code: 'boot-token-exists' } });
      expect(existsSync(join(folder, 'other/new-concierge-claim.txt'))).toBe(false);
    });

    it('claims the machine that starts from it, without a person, and the token is gone from it', async () => {
      for (const copy of ['copy-1', 'copy-2']) cpSync(join(folder, 'card'), join(folder, copy), { recursive: true });
      const card = firstStart(join(folder, 'card'), 'machine');
      expect(card).toMatchObject({ exitCode: 0 });
      expect(existsSync(join(folder, 'card/new-concierge-claim.txt'))).toBe(false);
      machine = await startMachine('machine', card, '10000000a1b2c3d4');
      await expect.poll(() => screenOf(machine), { timeout: 10_000 }).toMatchObject({ phase: 'running', link: 'online' });
      expect(screenOf(machine).document?.building.id).toBe(tenant.buildingId);
      expect(existsSync(card.tokenFile)).toBe(false);
      const { serials: listed } = await statusOf('Box');
      expect(listed).toMatchObject([
        { serial: '10000000a1b2c3d4', deviceNumber: '2-001', state: 'claimed', device: { online: true } },
        { serial: '10000000a1b2c3d5', deviceNumber: '2-002', state: 'open', device: null },
      ]);
      expect(await provisioned(['status'])).toMatch(/2-001 +10000000a1b2c3d4 +claimed +Box 2-001 +online/);
    });

    it('claims no second machine with a copy of the card, neither one that is not listed nor one that lies', async () => {
      for (const [copy, serial] of [
        ['copy-1', '10000000ffffffff'],
        ['copy-2', '10000000a1b2c3d4'],
      ] as const) {
        const second = await startMachine(`second-${copy}`, firstStart(join(folder, copy), `second-${copy}`), serial);
        await expect.poll(() => screenOf(second).claim?.code?.userCode, { timeout: 10_000 }).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
        expect(screenOf(second)).toMatchObject({ document: null });
        await second.stop();
      }
      expect(await statusOf('Box')).toMatchObject({ batch: { refusedCount: 2, serials: { claimed: 1, open: 1 } } });
    });

    it('ends the device, and what is left of the batch', async () => {
      expect(await provisioned(['revoke', 'device', '2-001', '--dry-run'])).toContain('Would revoke');
      expect((await statusOf('2')).serials[0]?.state).toBe('claimed');
      await provisioned(['revoke', 'device', '2-001']);
      await expect.poll(() => screenOf(machine).link, { timeout: 10_000 }).not.toBe('online');
      expect((await statusOf('2')).serials[0]).toMatchObject({ state: 'revoked', device: { online: false } });
      expect(await provisioned(['revoke', 'device', '2-001'])).toContain('was revoked before');

      const ended = { state: 'revoked', serials: { open: 0, ended: 1 } };
      expect(await json('revoke', 'batch', 'Box')).toMatchObject(ended);
      expect(await json('revoke', 'batch', 'Box')).toMatchObject(ended);
      expect(await provision(['boot-files', 'Box', '--to', 'other', '--on-this-machine'])).toMatchObject({ exitCode: 65 });
    });
  },
);

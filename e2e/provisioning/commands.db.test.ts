import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '@concierge/cloud-server/testing/running-cloud.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Ended, startProgram } from './program.ts';

let running: RunningCloud;
let tenant: PlantedTenant;
let folder: string;

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  folder = mkdtempSync(join(tmpdir(), 'concierge-provisioning-'));
  writeFileSync(join(folder, 'password'), `${tenant.manager.password}\n`, { mode: 0o600 });
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

const signedIn = (words: readonly string[]) =>
  startProgram([...words, '--password-file', 'password'], { folder, cloud: running.cloud.url, email: tenant.manager.email });
async function provisioned(words: readonly string[]): Promise<string> {
  const ended = await signedIn(words);
  expect(ended, words.join(' ')).toMatchObject({ exitCode: 0 });
  return ended.stdout;
}
const json = async (...words: readonly string[]): Promise<unknown> => JSON.parse(await provisioned([...words, '--json']));

describe('the serials of a batch', { timeout: 90_000 }, () => {
  it('are added, placed, removed, again and again', async () => {
    writeFileSync(join(folder, 'serials.txt'), '10000000A1B2C3D4\n10000000a1b2c3d5 # the spare\n');
    await provisioned(['create', '--name', 'Later', '--size', '3']);
    expect(await json('serials', 'add', 'Later', '--serials', 'serials.txt')).toEqual({ added: 2, alreadyThere: 0 });
    expect(await json('serials', 'add', 'Later', '--serials', 'serials.txt')).toEqual({ added: 0, alreadyThere: 2 });
    const placed = await json('serials', 'place', 'Later', '10000000a1b2c3d4', '--building', tenant.buildingId, '--name', 'Lobby');
    expect(placed).toMatchObject({ state: 'open', buildingId: tenant.buildingId });
    expect(await json('serials', 'remove', 'Later', '--serial', '10000000a1b2c3d5', '--serial', 'nobody')).toEqual({
      removed: 1,
      notThere: ['nobody'],
    });
    expect(await json('serials', 'add', 'Later', '--serial', '10000000a1b2c3d5')).toEqual({ added: 1, alreadyThere: 0 });
    expect(await provisioned(['serials', 'list', 'Later'])).toMatch(/10000000a1b2c3d4 +open/);
    const tooMany = ['a', 'b'].flatMap((serial) => ['--serial', serial]);
    expect(await signedIn(['serials', 'add', 'Later', ...tooMany])).toMatchObject({ exitCode: 65 });
  });
});

describe('a building', { timeout: 90_000 }, () => {
  it('goes by its name, and one that is nearly it is offered', async () => {
    const { rows } = await running.owner.query<{ name: string }>('select name_el as name from building where id = $1', [tenant.buildingId]);
    const name = z.string().parse(rows[0]?.name);
    expect(await provisioned(['create', '--name', 'Named', '--size', '1', '--building', name])).toMatch(`building  ${name}`);
    expect(await provisioned(['status', 'Named'])).toMatch(`building  ${name}`);
    await provisioned(['serials', 'add', 'Named', '--serial', '10000000a1b2c3d9']);
    expect(await json('serials', 'place', 'Named', '10000000a1b2c3d9', '--building', name, '--name', 'Lobby')).toMatchObject({
      buildingId: tenant.buildingId,
    });
    const nearly = await signedIn(['create', '--name', 'Nearly', '--size', '1', '--building', name.slice(1, -1).toUpperCase()]);
    expect(nearly).toMatchObject({ exitCode: 65, stderr: expect.stringContaining(`Is it "${name}"?`) });
  });

  it('is listed to whoever has seen enough, without a fault', async () => {
    const given = { folder, cloud: running.cloud.url, email: tenant.manager.email, readsNothing: true };
    expect(await startProgram(['list', '--password-file', 'password'], given)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await startProgram(['show', 'Nobody', '--json', '--password-file', 'password'], given)).toMatchObject({ exitCode: 65 });
  });
});

describe('the files of a card', { timeout: 90_000 }, () => {
  it('are finished by the same command when the first was cut off before the cloud knew of the token', async () => {
    const batch = z.object({ id: z.string() }).parse(await json('create', '--name', 'Cut off', '--size', '1'));
    const file = join(folder, 'new-concierge-claim.txt');
    const text = `cloud=${new URL(running.cloud.url).origin}/\ntoken=${batch.id}.${'c'.repeat(43)}\n`;
    writeFileSync(file, text);
    await provisioned(['boot-files', 'Cut off', '--to', '.', '--on-this-machine']);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await json('show', 'Cut off')).toMatchObject({ bootTokenAt: expect.stringMatching(/Z$/) });
    // Another batch's card is not written over.
    await provisioned(['create', '--name', 'Other', '--size', '1']);
    expect(await signedIn(['boot-files', 'Other', '--to', '.', '--on-this-machine', '--new-token'])).toMatchObject({ exitCode: 65 });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await json('boot-files', 'Cut off', '--to', '.', '--on-this-machine', '--new-token', '--show-token')).toMatchObject({
      token: expect.stringMatching(/^[0-9a-f-]{36}\..{43}$/),
    });
    expect(readFileSync(file, 'utf8')).not.toBe(text);
  });
});

describe('a device by its id', { timeout: 90_000 }, () => {
  it('is revoked once; again it was revoked before, and one that is none is refused', async () => {
    expect(await provisioned(['revoke', 'device', tenant.deviceId])).toBe(`The device ${tenant.deviceId} is revoked.\n`);
    expect(await provisioned(['revoke', 'device', tenant.deviceId.toUpperCase()])).toBe(
      `The device ${tenant.deviceId} was revoked, or left, before.\n`,
    );
    expect(await signedIn(['revoke', 'device', randomUUID()])).toMatchObject({ exitCode: 65 });
  });
});

describe('whoever asks', { timeout: 90_000 }, () => {
  const provision = (
    words: readonly string[],
    given: { input?: string; email?: string; cloud?: string; passwordFile?: string } = {},
  ): Promise<Ended> =>
    startProgram([...words, '--password-file', given.passwordFile ?? 'password'], {
      folder,
      cloud: given.cloud ?? running.cloud.url,
      email: given.email ?? tenant.manager.email,
      ...(given.input === undefined ? {} : { input: given.input }),
    });

  it.each([
    ['with a wrong password', 77, ['list'], { passwordFile: '-', input: 'wrong\n' }],
    ['with nothing for a password', 65, ['list'], { passwordFile: '-', input: '\n' }],
    ['with a password that is not there', 65, ['list'], { passwordFile: 'nowhere' }],
    ['a cloud that does not answer', 69, ['list'], { cloud: 'http://127.0.0.1:20999' }],
    ['a cloud without encryption', 64, ['list'], { cloud: 'http://cloud.example.test' }],
    ['for a batch that is none', 65, ['show', 'nothing'], {}],
    ['for what is no command', 64, ['claim'], {}],
    ['for a batch of too many', 64, ['create', '--name', 'x', '--size', '1001'], {}],
    ['for a batch of nothing', 64, ['create', '--name', 'x'], {}],
  ] as const)('%s ends with %i', async (_what, exitCode, words, given) => {
    const ended = await provision(words, given);
    expect(ended.exitCode, ended.stderr).toBe(exitCode);
    expect(ended.stderr).not.toBe('');
    expect(ended.stdout).toBe('');
  });

  it('without the permission is told so, with 77', async () => {
    const resident = { email: tenant.resident.email };
    expect(await provision(['list'], resident)).toMatchObject({ exitCode: 77 });
    expect(await provision(['create', '--name', 'Mine', '--size', '1', '--building', tenant.buildingId], resident)).toMatchObject({
      exitCode: 77,
    });
  });

  it('with a password that others can read is refused', async () => {
    writeFileSync(join(folder, 'open'), tenant.manager.password, { mode: 0o644 });
    expect(await provision(['list'], { passwordFile: 'open' })).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining('chmod 600'),
    });
  });

  it('leaves no session behind', async () => {
    expect(await provision(['list'])).toMatchObject({ exitCode: 0 });
    const { rows } = await running.owner.query<{ standing: number }>(
      `select count(*)::int as standing from user_session where tenant_id = $1 and user_id = $2 and revoked_at is null and user_agent = 'concierge-provision'`,
      [tenant.tenantId, tenant.manager.id],
    );
    expect(rows).toEqual([{ standing: 0 }]);
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeyring } from './keyring.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
  await openKeyring(folder, { create: true, brokerHosts: ['localhost'] });
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

describe('a damaged key ring', () => {
  it.each([
    ['session-secret', ''],
    ['session-secret', '\n'],
    ['presence-secret', 'c2hvcnQ'],
    ['presence-secret', '*'.repeat(43)],
    ['signing-key.json', '{}'],
    ['device-authority.pem', ''],
  ])('%s holding %j keeps the cloud from starting, and is not replaced', async (name, damaged) => {
    const whole = await readFile(join(folder, name), 'utf8');
    await writeFile(join(folder, name), damaged);
    await expect(openKeyring(folder, { create: true, brokerHosts: ['localhost'] })).rejects.toThrow();
    expect(await readFile(join(folder, name), 'utf8')).toBe(damaged);
    await writeFile(join(folder, name), whole);
  });

  it('mended opens with the same keys', async () => {
    const [first, again] = [
      await openKeyring(folder, { create: true, brokerHosts: [] }),
      await openKeyring(folder, { create: false, brokerHosts: [] }),
    ];
    expect(again.sessionSecret).toEqual(first.sessionSecret);
    expect(again.signing.keyId).toBe(first.signing.keyId);
  });
});

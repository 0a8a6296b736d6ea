import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followSigningKeys } from '@concierge/contract/signing-keys.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeyring } from './keyring.ts';
import { ANNOUNCED_FOR_MS, announceNextKey, readKeyState, retireOtherKeys, useNextKey } from './signing-key-change.ts';

const startMs = Date.parse('2027-03-01T09:00:00Z');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
  await openKeyring(folder, { create: true, brokerHosts: ['localhost'] });
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const ring = () => openKeyring(folder, { create: false, brokerHosts: [] });
const chainText = () => readFile(join(folder, 'signing-keys.json'), 'utf8');
const kids = (keys: readonly { kid: string }[]) => keys.map(({ kid }) => kid);

async function changed(): Promise<{ first: string; second: string }> {
  const first = (await ring()).signing.keyId;
  await announceNextKey(folder, startMs);
  await useNextKey(folder, startMs + ANNOUNCED_FOR_MS, false);
  await retireOtherKeys(folder, startMs + ANNOUNCED_FOR_MS);
  return { first, second: (await ring()).signing.keyId };
}

describe('a change of the signing key', () => {
  it('is announced, used and retired, and a kiosk of any moment follows', async () => {
    const before = (await ring()).signing;
    expect(before).toMatchObject({ version: 1, statements: [] });
    await announceNextKey(folder, startMs);
    const announced = (await ring()).signing;
    expect(announced).toMatchObject({ keyId: before.keyId, version: 2 });
    expect(announced.publicKeys).toHaveLength(2);
    await useNextKey(folder, startMs + ANNOUNCED_FOR_MS, false);
    const used = (await ring()).signing;
    expect(used.keyId).not.toBe(before.keyId);
    expect(kids(used.publicKeys)).toEqual([before.keyId, used.keyId]);
    await retireOtherKeys(folder, startMs + ANNOUNCED_FOR_MS);
    const retired = (await ring()).signing;
    expect(kids(retired.publicKeys)).toEqual([used.keyId]);
    expect(retired.version).toBe(3);

    const outcome = { trusted: { version: 3, keys: retired.publicKeys }, fault: null };
    expect(await followSigningKeys({ version: 1, keys: before.publicKeys }, retired.statements)).toEqual(outcome);
    expect(await followSigningKeys({ version: 2, keys: announced.publicKeys }, retired.statements.slice(1))).toEqual(outcome);
  });

  it('goes on with the next one afterwards', async () => {
    await changed();
    await announceNextKey(folder, startMs);
    await useNextKey(folder, startMs, true);
    expect((await retireOtherKeys(folder, startMs)).ok).toBe(true);
    expect((await ring()).signing.version).toBe(5);
  });

  it('leaves nothing of the key before, and no private key in the chain', async () => {
    const { first } = await changed();
    expect(await readFile(join(folder, 'signing-key.json'), 'utf8')).not.toContain(first);
    await expect(access(join(folder, 'signing-key-next.json'))).rejects.toThrow('ENOENT');
    expect(await chainText()).not.toContain('"d"');
  });

  it('takes no step out of turn', async () => {
    expect(await useNextKey(folder, startMs, true)).toEqual({ ok: false, error: 'nothing-announced' });
    expect(await retireOtherKeys(folder, startMs)).toEqual({ ok: false, error: 'nothing-to-retire' });
    await announceNextKey(folder, startMs);
    expect(await announceNextKey(folder, startMs)).toEqual({ ok: false, error: 'announced-before' });
    expect(await retireOtherKeys(folder, startMs)).toEqual({ ok: false, error: 'next-not-in-use' });
    expect(await useNextKey(folder, startMs + ANNOUNCED_FOR_MS - 1, false)).toEqual({ ok: false, error: 'announced-lately' });
    expect((await readKeyState(folder)).next).not.toBeNull();
    expect((await useNextKey(folder, startMs, true)).ok).toBe(true);
  });

  it('is gone on with after a power cut between the next key and its announcement', async () => {
    await announceNextKey(folder, startMs);
    const made = (await readKeyState(folder)).next?.keyId;
    await rm(join(folder, 'signing-keys.json'));
    expect((await announceNextKey(folder, startMs)).ok).toBe(true);
    expect((await readKeyState(folder)).next?.keyId).toBe(made);
    expect((await ring()).signing.version).toBe(2);
  });

  it('that is half copied to a replica keeps it from starting', async () => {
    const old = await readFile(join(folder, 'signing-key.json'), 'utf8');
    await changed();
    await writeFile(join(folder, 'signing-key.json'), old);
    await expect(ring()).rejects.toThrow('does not name the key in signing-key.json');
  });

  it('whose chain was altered keeps the cloud from starting', async () => {
    await changed();
    const chain = JSON.parse(await chainText());
    await writeFile(
      join(folder, 'signing-keys.json'),
      JSON.stringify({ ...chain, statements: [chain.statements[1], chain.statements[0]] }),
    );
    await expect(ring()).rejects.toThrow('damaged after version 1');
  });
});

describe('a kiosk that follows', () => {
  it('takes nothing that a retired key signs, and no keys that a stranger names', async () => {
    const first = (await ring()).signing;
    await announceNextKey(folder, startMs);
    const branch = await chainText();
    await useNextKey(folder, startMs, true);
    await retireOtherKeys(folder, startMs);
    const now = (await ring()).signing;

    // Whoever has the old key and the old chain makes statements of their own from there.
    const theirs = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
    try {
      await openKeyring(theirs, { create: true, brokerHosts: ['localhost'] });
      await announceNextKey(theirs, startMs);
      const strangers = (await openKeyring(theirs, { create: false, brokerHosts: [] })).signing.statements;
      const stranger = await followSigningKeys({ version: 1, keys: first.publicKeys }, strangers);
      expect(stranger).toEqual({ trusted: { version: 1, keys: first.publicKeys }, fault: 'unknown-key' });
      const again = await followSigningKeys({ version: 3, keys: now.publicKeys }, JSON.parse(branch).statements);
      expect(again).toEqual({ trusted: { version: 3, keys: now.publicKeys }, fault: 'unknown-key' });
    } finally {
      await rm(theirs, { recursive: true, force: true });
    }
  });
});

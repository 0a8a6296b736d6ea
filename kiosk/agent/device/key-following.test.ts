import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicSigningKey } from '@concierge/contract/keys.ts';
import { SigningKeysBody, type SigningKeysStatement } from '@concierge/contract/signing-keys.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestAuthority } from '../testing/authority.ts';
import { createTestSigner, type TestSigner } from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { type DeviceIdentity, loadIdentity } from './identity.ts';
import { createKeyFollowing, type KeyFollowing } from './key-following.ts';
import { createPrivateDirectory, type PrivateDirectory } from './private-directory.ts';
import { boardSerial, deviceSerial } from './serial.ts';

let folder: ReturnType<typeof temporaryDirectory>;
let directory: PrivateDirectory;
let identity: DeviceIdentity;
let old: TestSigner;
let next: TestSigner;
let cloud: Server;
let asked: number[];
/** What the cloud has, that of version 2 first. */
let statements: string[];
let status: number;
/** The cloud answers after this. */
let answersAfter: Promise<void>;
let followed: DeviceIdentity[];
let following: KeyFollowing;

function started(): void {
  const address = cloud.address();
  following.start({ ...identity, cloudUrl: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` });
}

beforeEach(async () => {
  folder = temporaryDirectory();
  [old, next] = [await createTestSigner('old'), await createTestSigner('next')];
  await claimDirectory(folder.path, { authority: await createTestAuthority(), signer: old, brokerUrl: 'mqtts://localhost:1' });
  directory = createPrivateDirectory(join(folder.path, 'identity'));
  identity = await onDisk();
  [asked, statements, status, followed] = [[], [], 200, []];
  answersAfter = Promise.resolve();
  cloud = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  following = newFollowing({ firstMs: [0, 0], everyMs: 50, promptedMs: [0, 0], pauseMs: 0 });
});
afterEach(() => {
  following.stop();
  cloud.closeAllConnections();
  cloud.close();
  folder[Symbol.dispose]();
});

function newFollowing(looks: Parameters<typeof createKeyFollowing>[0]['looks']): KeyFollowing {
  return createKeyFollowing({
    directory,
    clockTrusted: () => true,
    monotonicMs: () => performance.now(),
    random: () => 0,
    looks,
    onFollowed: (changed) => followed.push(changed),
    logger: silentLogger,
  });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const { after } = SigningKeysBody.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  asked.push(after);
  await answersAfter;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ statements: statements.slice(after - 1) }));
}

async function onDisk(): Promise<DeviceIdentity> {
  const loaded = await loadIdentity(directory, deviceSerial(directory, boardSerial()));
  if (!loaded.ok) throw new Error(loaded.error);
  return loaded.value;
}

function statement(version: number, keys: readonly PublicSigningKey[], by: TestSigner): Promise<string> {
  const claims: SigningKeysStatement = { kind: 'signing-keys', version, issuedAt: '2027-03-01T09:00:00.000Z', keys: [...keys] };
  return by.signKeys(claims);
}

const names = ({ signingKeys, keysOfHeld }: DeviceIdentity) => ({ now: [...signingKeys.keys()], held: [...keysOfHeld.keys()] });

describe('following the signing keys', () => {
  it('takes the next key beside the one in use, then the next alone, and remembers the one before', async () => {
    statements = [await statement(2, [old.publicKey, next.publicKey], old)];
    started();
    await until('the next key is known', () => followed.length === 1);
    expect(names(await onDisk())).toEqual({ now: ['old', 'next'], held: ['old', 'next'] });
    statements.push(await statement(3, [next.publicKey], next));
    await until('the one before is retired', () => followed.length === 2);
    expect(followed[1]?.trusted.version).toBe(3);
    expect(names(await onDisk())).toEqual({ now: ['next'], held: ['old', 'next'] });
    expect(names(followed[1] ?? identity)).toEqual(names(await onDisk()));
  });

  it('catches up after years in one look', async () => {
    const third = await createTestSigner('third');
    statements = [
      await statement(2, [old.publicKey, next.publicKey], old),
      await statement(3, [next.publicKey], next),
      await statement(4, [next.publicKey, third.publicKey], next),
      await statement(5, [third.publicKey], third),
    ];
    started();
    await until('it has caught up', () => followed.length === 1);
    expect(names(await onDisk())).toEqual({ now: ['third'], held: ['old', 'third'] });
  });

  it.each([
    ['that nobody signed whom it knows', async () => [await statement(2, [next.publicKey], next)], 1],
    ['that passes one over', async () => [await statement(3, [next.publicKey], old)], 1],
    ['whose keys are none', async () => [await statement(2, [{ ...next.publicKey, x: 'short' }], old)], 1],
    [
      'by a retired key, after it followed the one that retires it',
      async () => [await statement(2, [next.publicKey], old), await statement(3, [old.publicKey], old)],
      2,
    ],
  ])('stops before a statement %s', async (_what, forged, version) => {
    statements = await forged();
    started();
    await until('it has looked again and again', () => asked.length > 2);
    expect((await onDisk()).trusted.version).toBe(version);
    expect(followed).toHaveLength(version - 1);
  });

  it('goes on looking while the cloud is away', async () => {
    status = 503;
    started();
    await until('it asked again', () => asked.length > 1);
    statements = [await statement(2, [next.publicKey], old)];
    status = 200;
    await until('it followed', () => followed.length === 1);
  });

  it('looks at once after a document by an unknown key, and pauses however many come', async () => {
    following.stop();
    following = newFollowing({ firstMs: [60_000, 60_000], everyMs: 60_000, promptedMs: [5, 5], pauseMs: 60_000 });
    started();
    following.metUnknownKey();
    await until('it asked', () => asked.length === 1);
    for (let times = 0; times < 20; times += 1) following.metUnknownKey();
    await sleep(150);
    expect(asked).toHaveLength(1);
  });

  it('writes nothing once it is stopped, whatever is under way', async () => {
    statements = [await statement(2, [next.publicKey], old)];
    const answering = Promise.withResolvers<void>();
    answersAfter = answering.promise;
    started();
    await until('it asked', () => asked.length === 1);
    following.stop();
    answering.resolve();
    await sleep(100);
    expect(followed).toEqual([]);
    expect((await onDisk()).trusted.version).toBe(1);
  });
});

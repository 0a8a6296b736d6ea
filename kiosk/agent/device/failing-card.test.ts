// This import must come first: the certificate library reads the metadata it sets up.
import 'reflect-metadata';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimPollReply, ClaimRequestBody, type ClaimRequestReply } from '@concierge/contract/http/device-claims.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestAuthority, type TestAuthority } from '../testing/authority.ts';
import { createTestSigner, type TestSigner, testBuildingId, testDeviceId } from '../testing/documents.ts';
import { silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { createBootTokenFile } from './boot-token.ts';
import { type Claim, createClaim } from './claim.ts';
import { type DeviceIdentity, loadIdentity } from './identity.ts';
import { createPrivateDirectory, type PrivateDirectory } from './private-directory.ts';

const codes = ['BCDFGHJK', 'LMNSTVXZ'];

let folder: ReturnType<typeof temporaryDirectory>;
let directory: { -readonly [Part in keyof PrivateDirectory]: PrivateDirectory[Part] };
let authority: TestAuthority;
let signer: TestSigner;
let cloud: Server;
let asked: string[];
let answer: () => Promise<ClaimPollReply>;
let claim: Claim;
let claimed: DeviceIdentity[];

beforeEach(async () => {
  folder = temporaryDirectory();
  directory = createPrivateDirectory(join(folder.path, 'identity'));
  directory.prepare();
  [authority, signer] = await Promise.all([createTestAuthority(), createTestSigner()]);
  asked = [];
  claimed = [];
  answer = async () => ({ state: 'waiting' });
  cloud = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  claim = createClaim({
    directory,
    bootToken: createBootTokenFile(undefined, silentLogger),
    cloudUrl: cloudUrl(),
    serial: () => 'SERIAL-1',
    random: () => 0,
    monotonicMs: () => performance.now(),
    clockTrusted: () => true,
    hasAddress: () => true,
    backOff: { baseMs: 20, capMs: 60, stableAfterMs: 1_000 },
    onChange: () => undefined,
    logger: silentLogger,
  });
});
afterEach(() => {
  claim.stop();
  cloud.closeAllConnections();
  cloud.close();
  folder[Symbol.dispose]();
});

function cloudUrl(): string {
  const address = cloud.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await json(request);
  const send = (reply: ClaimRequestReply | ClaimPollReply) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  if (request.url !== '/api/kiosk/claims') {
    send(await answer());
    return;
  }
  const userCode = codes[asked.length % 2] ?? '';
  asked.push(ClaimRequestBody.parse(body).csrPem);
  send({ claimId: '0198c0de-0000-7000-8000-0000000000c1', userCode, confirmUrl: cloudUrl(), lastsSeconds: 600, pollSeconds: 1 });
}

async function confirmed(): Promise<ClaimPollReply> {
  const certificatePem = await authority.answer(asked.at(-1) ?? '', testDeviceId);
  const claimOf = { deviceId: testDeviceId, buildingId: testBuildingId, certificatePem, authorityPem: authority.certificatePem };
  return {
    state: 'confirmed',
    claim: { ...claimOf, brokerUrl: 'mqtts://localhost:1', cloudUrl: cloudUrl(), signingKeys: [signer.publicKey] },
  };
}
const start = () => claim.start((identity) => claimed.push(identity));
const shownCode = () => claim.screen()?.code?.userCode;

describe('a claim on a card that fails', () => {
  const identityFile = (name: string) => join(folder.path, 'identity', name);
  /** What a read-only partition says to whoever writes. */
  const readOnly = (): never => {
    throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
  };

  it('that takes nothing any more says so, and asks the cloud for no code that it could not keep', async () => {
    const { write } = directory;
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    answer = async () => ({ state: 'ended' });
    directory.write = readOnly;
    await until('it says so', () => claim.screen()?.line === 'card-fault');
    // Time enough to have asked some times more.
    await sleep(300);
    expect(asked).toHaveLength(1);
    directory.write = write;
    answer = async () => ({ state: 'waiting' });
    await until('the next code is shown', () => shownCode() === 'LMNS-TVXZ');
    expect(claim.screen()?.line).toBe('connected');
  });

  it.each(['key.pem', 'key-serial', 'claim-request', 'certificate.pem', 'claim.json'])(
    'that does not give back %s is claimed all the same',
    async (name) => {
      directory.write('key-serial', 'SERIAL-1');
      directory.remove(name);
      // As much of a file as a card may leave: something that is not one.
      mkdirSync(join(identityFile(name), 'lost'), { recursive: true });
      start();
      await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
      answer = confirmed;
      await until('it is claimed', () => claimed.length === 1);
      expect((await loadIdentity(directory, 'SERIAL-1')).ok).toBe(true);
    },
  );
});

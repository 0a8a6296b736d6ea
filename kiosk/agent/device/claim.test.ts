// This import must come first: the certificate library reads the metadata it sets up.
import 'reflect-metadata';
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimPollReply, ClaimRequestBody, type ClaimRequestReply, claimPollText } from '@concierge/contract/http/device-claims.ts';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackOffLimits } from '../sync/back-off.ts';
import { createTestAuthority, type TestAuthority } from '../testing/authority.ts';
import { createTestSigner, type TestSigner, testBuildingId, testDeviceId } from '../testing/documents.ts';
import { silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { createBootTokenFile } from './boot-token.ts';
import { type Claim, createClaim } from './claim.ts';
import { type DeviceIdentity, loadIdentity } from './identity.ts';
import { createPrivateDirectory, type PrivateDirectory } from './private-directory.ts';

const claimIds = ['0198c0de-0000-7000-8000-0000000000c1', '0198c0de-0000-7000-8000-0000000000c2'];
const codes = ['BCDFGHJK', 'LMNSTVXZ'];

let folder: ReturnType<typeof temporaryDirectory>;
let directory: PrivateDirectory;
let authority: TestAuthority;
let signer: TestSigner;
let cloud: Server;
let requests: ReturnType<typeof ClaimRequestBody.parse>[];
/** What a poll is answered; null hangs up. */
let answer: (csrPem: string) => Promise<ClaimPollReply | number | null>;
let polls: string[];
/** What a question for a code is answered. */
let askStatus: number;
let lastsSeconds: number;
/** Null for the machine's own counter. */
let monotonicMs: number | null;
let hasAddress: boolean;
let backOff: BackOffLimits;
let onChange: () => void;
let claim: Claim;
let claimed: DeviceIdentity[];

beforeEach(async () => {
  folder = temporaryDirectory();
  directory = createPrivateDirectory(join(folder.path, 'identity'));
  directory.prepare();
  [authority, signer] = await Promise.all([createTestAuthority(), createTestSigner()]);
  requests = [];
  claimed = [];
  monotonicMs = 0;
  polls = [];
  askStatus = 201;
  lastsSeconds = 600;
  hasAddress = true;
  onChange = () => undefined;
  backOff = { baseMs: 20, capMs: 60, stableAfterMs: 1_000 };
  answer = async () => ({ state: 'waiting' });
  cloud = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  claim = newClaim();
});
afterEach(() => {
  claim.stop();
  cloud.closeAllConnections();
  cloud.close();
  folder[Symbol.dispose]();
});

/** What the agent makes at each start. */
function newClaim(): Claim {
  return createClaim({
    directory,
    bootToken: createBootTokenFile(tokenFile(), silentLogger),
    cloudUrl: cloudUrl(),
    serial: () => 'SERIAL-1',
    random: () => 0,
    monotonicMs: () => monotonicMs ?? performance.now(),
    clockTrusted: () => false,
    hasAddress: () => hasAddress,
    backOff,
    onChange: () => onChange(),
    logger: silentLogger,
  });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const send = (status: number, json: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  if (request.url === '/api/kiosk/claims' && askStatus !== 201) {
    send(askStatus, {});
    return;
  }
  if (request.url === '/api/kiosk/claims') {
    requests.push(ClaimRequestBody.parse(body));
    const turn = (requests.length - 1) % 2;
    const reply: ClaimRequestReply = {
      claimId: claimIds[turn] ?? '',
      userCode: codes[turn] ?? '',
      confirmUrl: `${cloudUrl()}/office/screens?code=${codes[turn]}`,
      lastsSeconds,
      pollSeconds: 1,
    };
    send(201, reply);
    return;
  }
  const asked = requests.at(-1);
  const claimId = request.url?.split('/').at(-2) ?? '';
  polls.push(claimId);
  if (asked === undefined || !claimIds.includes(claimId) || !(await isSigned(asked.csrPem, claimId, body))) {
    send(404, {});
    return;
  }
  const answered = await answer(asked.csrPem);
  if (answered === null) request.socket.destroy();
  else if (typeof answered === 'number') send(answered, {});
  else send(200, answered);
}

async function isSigned(csrPem: string, claimId: string, body: unknown): Promise<boolean> {
  const signature = typeof body === 'object' && body !== null && 'signature' in body ? String(body.signature) : '';
  const key = createPublicKey(new Pkcs10CertificateRequest(csrPem).publicKey.toString('pem'));
  return verify('sha256', Buffer.from(claimPollText(claimId)), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

function cloudUrl(): string {
  const address = cloud.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const confirmed =
  (by = authority) =>
  async (csrPem: string): Promise<ClaimPollReply> => ({
    state: 'confirmed',
    claim: {
      deviceId: testDeviceId,
      buildingId: testBuildingId,
      certificatePem: await by.answer(csrPem, testDeviceId),
      authorityPem: authority.certificatePem,
      brokerUrl: 'mqtts://localhost:1',
      cloudUrl: cloudUrl(),
      signingKeys: [signer.publicKey],
    },
  });
const token = `01900000-0000-7000-8000-00000000b000.${'s'.repeat(43)}`;
const tokenFile = () => join(folder.path, 'token');
const start = () => claim.start((identity) => claimed.push(identity));
const isInTrouble = () => !['asking', 'connected'].includes(claim.screen()?.line ?? '');
const shownCode = () => claim.screen()?.code?.userCode;

describe('a claim by code', () => {
  it('shows the code with the words of its key, and becomes the building’s when somebody confirms', async () => {
    expect(claim.screen()).toEqual({ line: 'asking', code: null });
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    expect(claim.screen()).toMatchObject({ line: 'connected', code: { words: { el: expect.stringMatching(/^\S+ \S+$/) } } });
    expect(requests[0]).toMatchObject({ serial: 'SERIAL-1' });
    answer = confirmed();
    await until('it is claimed', () => claimed.length === 1);
    expect(claimed[0]).toMatchObject({ deviceId: testDeviceId, buildingId: testBuildingId });
    expect((await loadIdentity(directory, 'SERIAL-1')).ok).toBe(true);
  });

  it('shows another code when the first has ended, with the same key and the same words', async () => {
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    const words = claim.screen()?.code?.words;
    answer = async () => ({ state: 'ended' });
    await until('it asks again', () => requests.length === 2);
    answer = async () => ({ state: 'waiting' });
    await until('the next code is shown', () => shownCode() !== undefined);
    expect(claim.screen()?.code?.words).toEqual(words);
  });

  it('takes a code away when its time is over by its own counter, whatever the network does', async () => {
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    cloud.closeAllConnections();
    cloud.close();
    await until('it is known that the cloud is away', isInTrouble);
    expect(shownCode()).toBe('BCDF-GHJK');
    monotonicMs = 600_000;
    await until('the code is gone', () => shownCode() === undefined);
  });

  it('takes a code away when its time is over also while it waits for the network', async () => {
    lastsSeconds = 2;
    monotonicMs = null;
    backOff = { baseMs: 60_000, capMs: 60_000, stableAfterMs: 1_000 };
    claim = newClaim();
    answer = async () => null;
    const changes: (string | undefined)[] = [];
    onChange = () => changes.push(shownCode());
    start();
    await until('it waits', isInTrouble);
    expect(changes).toContain('BCDF-GHJK');
    await until('the screen is told', () => changes.at(-1) === undefined);
  });

  it('takes a code away also when its timer comes before the counter says that its time is over', async () => {
    lastsSeconds = 1;
    monotonicMs = 0;
    backOff = { baseMs: 60_000, capMs: 60_000, stableAfterMs: 1_000 };
    claim = newClaim();
    answer = async () => null;
    const changes: (string | undefined)[] = [];
    onChange = () => changes.push(shownCode());
    start();
    await until('it waits', isInTrouble);
    monotonicMs = 999;
    await sleep(1_100);
    expect(changes.at(-1)).toBe('BCDF-GHJK');
    monotonicMs = 1_000;
    await until('the screen is told', () => changes.at(-1) === undefined);
  });

  it.each([
    [403, 'refused'],
    [429, 'busy'],
    [503, 'busy'],
  ])('that the cloud answers with %i says so instead of asking for ever, and goes on', async (status, line) => {
    askStatus = status;
    start();
    await until('it says so', () => claim.screen()?.line === line);
    askStatus = 201;
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    expect(claim.screen()?.line).toBe('connected');
  });

  it('speaks of the cable where it has no address in any network, and of the service where it has one', async () => {
    hasAddress = false;
    answer = async () => null;
    start();
    await until('it looks for a cable', () => claim.screen()?.line === 'no-network');
    hasAddress = true;
    await until('it looks for the service', () => claim.screen()?.line === 'no-answer');
  });

  it('takes no broker that does not encrypt', async () => {
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    answer = async (csrPem) => {
      const reply = await confirmed()(csrPem);
      return reply.state === 'confirmed' ? { ...reply, claim: { ...reply.claim, brokerUrl: 'mqtt://localhost:1' } } : reply;
    };
    await until('it asks again', () => requests.length === 2);
    expect(claimed).toHaveLength(0);
    expect(readdirSync(join(folder.path, 'identity'))).not.toContain('claim.json');
  });

  it('says nothing of its code once it is claimed', async () => {
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    answer = confirmed();
    await until('it is claimed', () => claimed.length === 1);
    expect(claim.screen()?.code).toBeNull();
  });

  it.each([
    ['the cloud stumbles', async () => 503, 'busy'],
    ['it is asked too often', async () => 429, 'busy'],
    ['the line breaks', async () => null, 'no-answer'],
  ])('keeps its code while %s, and says so', async (_what, trouble, line) => {
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    answer = trouble;
    await until('trouble was met', isInTrouble);
    expect(claim.screen()?.line).toBe(line);
    expect(shownCode()).toBe('BCDF-GHJK');
    answer = confirmed();
    await until('it is claimed', () => claimed.length === 1);
    expect(requests).toHaveLength(1);
  });

  it('takes no certificate of another authority than the one it is told to trust, and none for another key', async () => {
    const stranger = await createTestAuthority();
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    answer = confirmed(stranger);
    await until('it asks again', () => requests.length === 2);
    expect(claimed).toHaveLength(0);
    // The second request may be noted by now.
    expect(readdirSync(join(folder.path, 'identity')).filter((name) => name !== 'claim-request')).toEqual(['key-serial', 'key.pem']);
  });
});

describe('a claim that was confirmed while nobody asked', () => {
  it.each([
    ['of a device that was switched off', true],
    ['by a line that was down until after its time', false],
  ])('%s is still this device’s', async (_what, switchedOff) => {
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    answer = async () => null;
    await until('it has polled', () => polls.length > 0);
    if (switchedOff) {
      claim.stop();
      claim = newClaim();
      start();
    } else monotonicMs = 600_000;
    await until('there is no code', () => shownCode() === undefined);
    answer = confirmed();
    await until('it is claimed', () => claimed.length === 1);
    expect(requests).toHaveLength(1);
    expect(readdirSync(join(folder.path, 'identity'))).not.toContain('claim-request');
  });

  it.each<[string, () => Promise<ClaimPollReply | number>]>([
    ['has ended', async () => ({ state: 'ended' })],
    ['is forgotten', async () => 404],
    ['waits still, for a code that nobody can read any more', async () => ({ state: 'waiting' })],
  ])('asks anew after a restart when it %s', async (_what, said) => {
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    claim.stop();
    answer = said;
    const before = polls.length;
    claim = newClaim();
    start();
    await until('the next code is shown', () => shownCode() === 'LMNS-TVXZ');
    expect(polls[before]).toBe(claimIds[0]);
  });
});

describe('a claim with the token of a card', () => {
  it('sends it, is claimed at once, and erases it', async () => {
    writeFileSync(tokenFile(), `${token}\n`);
    answer = confirmed();
    start();
    await until('it is claimed', () => claimed.length === 1);
    expect(requests).toMatchObject([{ bootToken: token }]);
    expect(existsSync(tokenFile())).toBe(false);
  });

  it('keeps it while it waits, and sends it with each question', async () => {
    writeFileSync(tokenFile(), token);
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    answer = async () => ({ state: 'ended' });
    await until('it asks again', () => requests.length === 2);
    expect(requests.map((request) => request.bootToken)).toEqual([token, token]);
    expect(existsSync(tokenFile())).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['another text', 'not a token'],
    ['two of them', `${token}\n${token}\n`],
    ['far too much', token.padEnd(5_000)],
  ])('asks without one when the file holds %s', async (_what, text) => {
    writeFileSync(tokenFile(), text);
    start();
    await until('a code is shown', () => shownCode() === 'BCDF-GHJK');
    expect(Object.keys(requests[0] ?? {})).not.toContain('bootToken');
  });

  it('follows no link to it, and erases only the link', async () => {
    const elsewhere = join(folder.path, 'elsewhere');
    writeFileSync(elsewhere, token);
    symlinkSync(elsewhere, tokenFile());
    answer = confirmed();
    start();
    await until('it is claimed', () => claimed.length === 1);
    expect(Object.keys(requests[0] ?? {})).not.toContain('bootToken');
    expect([existsSync(tokenFile()), existsSync(elsewhere)]).toEqual([false, true]);
  });

  it('is claimed also when the file cannot be erased', async () => {
    mkdirSync(tokenFile());
    writeFileSync(join(tokenFile(), 'in-the-way'), '');
    answer = confirmed();
    start();
    await until('it is claimed', () => claimed.length === 1);
    expect(existsSync(tokenFile())).toBe(true);
  });
});

import type { DesiredClaims } from '@concierge/contract/mqtt/desired.ts';
import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { RollbackReason } from '@concierge/contract/release/outcome.ts';
import type { PinnedKeys } from '@concierge/contract/signed-claims.ts';
import { openDocument } from '@concierge/contract/signed-document.ts';
import { parseTopic, topicOf, topics } from '@concierge/contract/topics.ts';
import { connectAsync, type MqttClient } from 'mqtt';

/** What becomes of a release on this device. `dead`: it is started, and nothing is heard of it any more. */
export type Fate = 'good' | 'dead' | RollbackReason;

/**
 * A kiosk as far as the cloud can tell: it speaks the real wire with a certificate of its own, believes what is signed and newer, and takes its time to download, to start and to prove itself.
 * Its slots are two variables.
 */
export interface SimulatedAgent {
  readonly deviceId: string;
  /** Every release that it was offered, in order. */
  readonly offers: readonly { readonly sequence: number; readonly atMs: number }[];
  running(): number;
  /** Whether it is busy with what only some may do at once. */
  busy(): 'downloading' | 'starting' | null;
  offered(): DesiredClaims['release'];
  connect(): Promise<void>;
  leave(): Promise<void>;
}

const DOWNLOAD_MS = { least: 50, most: 400 };
const START_MS = { least: 100, most: 500 };

export function createSimulatedAgent(options: {
  deviceId: string;
  brokerUrl: string;
  identity: { readonly certificatePem: string; readonly privateKeyPem: string; readonly authorityPem: string };
  signingKeys: PinnedKeys;
  fateOf(sequence: number): Fate;
}): SimulatedAgent {
  const { deviceId, identity } = options;
  const offers: { sequence: number; atMs: number }[] = [];
  const held = { desired: 0, content: 0, qr: 0 };
  let client: MqttClient | null = null;
  let running = 0;
  let onTrial = false;
  let waiting: number | null = null;
  let rolledBack: { sequence: number; reason: RollbackReason } | null = null;
  let offer: DesiredClaims['release'];
  let busy: 'downloading' | 'starting' | null = null;
  let left = false;

  async function connect(): Promise<void> {
    const status = (online: boolean) => JSON.stringify({ online, agentVersion: '0.1.0' });
    const connected = await connectAsync(options.brokerUrl, {
      protocolVersion: 4,
      clientId: deviceId,
      ca: identity.authorityPem,
      cert: identity.certificatePem,
      key: identity.privateKeyPem,
      reconnectPeriod: 0,
      connectTimeout: 30_000,
      keepalive: 300,
      will: { topic: topicOf('status', deviceId), payload: Buffer.from(status(false)), qos: 1, retain: true },
    });
    client = connected;
    connected.on('error', () => undefined);
    connected.on('message', (topic, payload) => void hear(topic, payload.toString('latin1')));
    await connected.subscribeAsync(
      ['desired', 'content', 'qr'].map((name) => topicOf(name as 'desired', deviceId)),
      { qos: 1 },
    );
    await connected.publishAsync(topicOf('status', deviceId), status(true), { qos: 1, retain: true });
    await report();
  }

  async function hear(topic: string, jws: string): Promise<void> {
    const name = parseTopic(topic)?.name;
    if ((name !== 'desired' && name !== 'content' && name !== 'qr') || jws === '') return;
    const opened = await openDocument(name, jws, topics[name].maxBytes, options.signingKeys);
    if (!opened.ok) throw new Error(`${deviceId} was sent a ${name} that is refused: ${opened.error}`);
    if (opened.value.sequence <= held[name]) return;
    held[name] = opened.value.sequence;
    if (opened.value.kind === 'desired') wanted(opened.value.release);
    else await report();
  }

  function wanted(next: DesiredClaims['release']): void {
    const repeated = next?.sequence === offer?.sequence;
    offer = next;
    if (next === undefined) {
      if (waiting !== null) {
        waiting = null;
        void report();
      }
      return;
    }
    if (!repeated) {
      offers.push({ sequence: next.sequence, atMs: Date.now() });
      if (running < next.sequence && busy === null) {
        busy = 'downloading';
        later(DOWNLOAD_MS, downloaded);
      }
    }
    startWhatWaits();
  }

  async function downloaded(): Promise<void> {
    busy = null;
    if (offer === undefined) return;
    waiting = offer.sequence;
    await report();
    startWhatWaits();
  }

  function startWhatWaits(): void {
    if (offer?.start !== true || waiting !== offer.sequence || busy !== null) return;
    busy = 'starting';
    void restart(waiting);
  }

  async function restart(sequence: number): Promise<void> {
    const before = running;
    const fate = options.fateOf(sequence);
    await disconnect();
    waiting = null;
    if (left || fate === 'dead') return;
    running = sequence;
    onTrial = true;
    await connect();
    later(START_MS, async () => {
      onTrial = false;
      if (fate !== 'good') {
        await disconnect();
        running = before;
        rolledBack = { sequence, reason: fate };
        if (!left) await connect();
      } else rolledBack = null;
      busy = null;
      await report();
    });
  }

  async function report(): Promise<void> {
    const reported: Reported = {
      agentVersion: '0.1.0',
      shell: 'chromium',
      desiredSequence: held.desired,
      contentSequence: held.content,
      qrSequence: held.qr,
      paintedSequence: held.content,
      paintedAt: null,
      clock: 'trusted',
      lastRefusal: null,
      release: {
        running: { sequence: running, version: `0.${running}.0` },
        onTrial,
        waiting,
        rolledBack,
        rootVersion: 1,
        arch: process.arch === 'arm64' ? 'arm64' : 'x64',
        refused: null,
        freeMebibytes: 2_048,
      },
      at: new Date().toISOString(),
    };
    // What is lost with a connection is said on the next one.
    await client?.publishAsync(topicOf('reported', deviceId), JSON.stringify(reported), { qos: 1, retain: true }).catch(() => undefined);
  }

  async function disconnect(): Promise<void> {
    const leaving = client;
    client = null;
    await leaving?.endAsync(true).catch(() => undefined);
  }

  function later(range: { least: number; most: number }, work: () => Promise<void>): void {
    setTimeout(
      () => {
        if (!left) void work();
      },
      range.least + Math.random() * (range.most - range.least),
    );
  }

  return {
    deviceId,
    offers,
    running: () => running,
    busy: () => busy,
    offered: () => offer,
    connect,
    async leave() {
      left = true;
      await disconnect();
    },
  };
}

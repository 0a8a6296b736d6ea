import { randomUUID } from 'node:crypto';
import type { HeldKind } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { TestAuthority } from '@concierge/kiosk-agent/testing/authority.ts';
import type { TestBroker } from '@concierge/kiosk-agent/testing/brokers.ts';
import {
  aContent,
  aDesired,
  aQrBatch,
  createTestSigner,
  HOUR_MS,
  instant,
  type TestSigner,
  testDeviceId,
} from '@concierge/kiosk-agent/testing/documents.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Random } from '../random.ts';

/** Somebody who has the broker and all that ever went through it, but not the cloud's key. */
export interface Attacker {
  join(broker: TestBroker): Promise<void>;
  leave(): Promise<void>;
  /** Publishes one lie; returns what kind it was. */
  attack(trueMs: number): Promise<string>;
  /** How many of each kind so far. */
  attacks(): ReadonlyMap<string, number>;
}

const OTHER_BUILDING = '01900000-0000-7000-8000-00000000beef';
const FAR_SEQUENCE = 900_000;
const KINDS: readonly [HeldKind, ...HeldKind[]] = ['content', 'desired', 'qr'];

export async function createAttacker(deps: {
  authority: TestAuthority;
  /** The cloud's own key, for what the cloud signs for other buildings; never used for a lie about this one. */
  signer: TestSigner;
  history(kind: HeldKind): readonly string[];
  random: Random;
}): Promise<Attacker> {
  const { random, signer } = deps;
  const forger = await createTestSigner('test-key');
  const counts = new Map<string, number>();
  let client: MqttClient | null = null;
  let lastMark = 0;

  /** A document that says an X wherever people read. */
  function aLie(kind: HeldKind, trueMs: number, buildingId?: string) {
    lastMark += 1;
    const mark = `X${String(lastMark).padStart(5, '0')}`;
    const sequence = FAR_SEQUENCE + lastMark;
    const elsewhere = buildingId === undefined ? {} : { buildingId };
    if (kind === 'desired') {
      const decommission = random.chance(0.5) ? { decommission: true as const } : {};
      return aDesired({ nowMs: trueMs, sequence, content: { sequence: 1, confirmedAt: instant(trueMs) }, ...elsewhere, ...decommission });
    }
    if (kind === 'qr') return aQrBatch({ nowMs: trueMs, sequence, urlPrefix: `https://evil.example/${mark}/`, ...elsewhere });
    const usual = aContent({ nowMs: trueMs, sequence, title: `${mark} Ψέμα`, ...elsewhere });
    const name = { el: `${mark} Αλλού`, en: null };
    const building = { ...usual.document.building, id: buildingId ?? usual.document.building.id, name, addressLine: name };
    return { ...usual, document: { ...usual.document, building } };
  }

  const unsigned = (payload: object, kind: HeldKind): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none', typ: `nc-${kind}+jws`, kid: 'test-key' })}.${part(payload)}.`;
  };
  const newest = (kind: HeldKind): string => deps.history(kind).at(-1) ?? '';
  const older = (kind: HeldKind): string => {
    const all = deps.history(kind);
    return all.length < 2 ? 'nothing yet' : (all[random.between(0, all.length - 2)] ?? '');
  };

  const lies: readonly [Lie, ...Lie[]] = [
    { name: 'unsigned', of: async (kind, trueMs) => unsigned(aLie(kind, trueMs), kind) },
    { name: 'signed by another key of the same name', of: async (kind, trueMs) => signAs(forger, kind, aLie(kind, trueMs)) },
    { name: 'older', of: async (kind) => older(kind) },
    { name: "another building's", of: async (kind, trueMs) => signAs(signer, kind, aLie(kind, trueMs, OTHER_BUILDING)) },
    { name: 'a text put under a good signature', of: async (kind, trueMs) => grafted(newest(kind), aLie(kind, trueMs)) },
    { name: 'of another kind', of: async (kind) => newest(kind === 'content' ? 'qr' : 'content') },
    { name: 'truncated', of: async (kind) => newest(kind).slice(0, random.between(0, 2_000)) },
    {
      name: 'run out',
      of: async (kind, trueMs) => signAs(forger, kind, { ...aLie(kind, trueMs - 100 * HOUR_MS), expiresAt: instant(trueMs - HOUR_MS) }),
    },
    { name: 'too large', of: async () => 'X00000 '.repeat(60_000) },
  ];

  return {
    async join(broker) {
      const { keyPem, certificatePem } = await deps.authority.issue('attacker');
      client = await connectAsync(broker.url, {
        protocolVersion: 4,
        ca: deps.authority.certificatePem,
        cert: certificatePem,
        key: keyPem,
        reconnectPeriod: 0,
      });
      client.on('error', () => undefined);
    },
    async leave() {
      await client?.endAsync(true);
      client = null;
    },
    async attack(trueMs) {
      const kind = random.pick(KINDS);
      const lie = random.pick(lies);
      const text = await lie.of(kind, trueMs);
      const asCommand = random.chance(0.15);
      const topic = asCommand ? topicOf('command', testDeviceId, randomUUID()) : topicOf(kind, testDeviceId);
      await client?.publishAsync(topic, text, { qos: 1, retain: !asCommand && random.chance(0.6) });
      counts.set(lie.name, (counts.get(lie.name) ?? 0) + 1);
      return lie.name;
    },
    attacks: () => counts,
  };
}

interface Lie {
  readonly name: string;
  of(kind: HeldKind, trueMs: number): Promise<string>;
}

async function signAs(signer: TestSigner, kind: HeldKind, claims: object): Promise<string> {
  return signer.sign(kind, claims as never);
}

function grafted(genuine: string, payload: object): string {
  const [head = '', , signature = ''] = genuine.split('.');
  return `${head}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${signature}`;
}

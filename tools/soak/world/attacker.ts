import { randomUUID } from 'node:crypto';
import type { HeldKind } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { TestAuthority } from '@concierge/kiosk-agent/testing/authority.ts';
import type { TestBroker } from '@concierge/kiosk-agent/testing/brokers.ts';
import {
  aContent,
  aDesired,
  aFacts,
  aLayout,
  aPlacement,
  aQrBatch,
  aScenes,
  createTestSigner,
  HOUR_MS,
  instant,
  type TestSigner,
  testDeviceId,
} from '@concierge/kiosk-agent/testing/documents.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Random } from '../random.ts';
import { someFacts } from './some-facts.ts';

/** Somebody who has the broker and all that ever went through it, but not the cloud's key. */
export interface Attacker {
  join(broker: TestBroker): Promise<void>;
  leave(): Promise<void>;
  /** Publishes one lie; returns what kind it was. What has run out is a lie only to a device that knows the time: another cannot tell it from a clock that is wrong (ADR 0011). */
  attack(trueMs: number, deviceKnowsTime: boolean): Promise<string>;
  /** How many of each kind so far. */
  attacks(): ReadonlyMap<string, number>;
}

const OTHER_BUILDING = '01900000-0000-7000-8000-00000000beef';
const FAR_SEQUENCE = 900_000;
export const RUN_OUT = 'run out';
const KINDS: readonly [HeldKind, ...HeldKind[]] = ['content', 'desired', 'qr', 'scenes', 'facts'];

export async function createAttacker(deps: {
  authority: TestAuthority;
  /** The cloud's own key, for what the cloud signs for other buildings, and for what it signed for this one and has run out. */
  signer: TestSigner;
  history(kind: HeldKind): readonly string[];
  random: Random;
  /** Stands for the broker. */
  publish?(topic: string, text: string, retain: boolean): Promise<void>;
}): Promise<Attacker> {
  const { random, signer } = deps;
  const forger = await createTestSigner('test-key');
  const counts = new Map<string, number>();
  let client: MqttClient | null = null;
  let lastMark = 0;

  /** A document that says an X wherever people read, and its signature by whomever. */
  function aLie(kind: HeldKind, trueMs: number, change: { buildingId?: string; expiresAt?: string } = {}): Lie {
    lastMark += 1;
    const mark = `X${String(lastMark).padStart(5, '0')}`;
    const sequence = FAR_SEQUENCE + lastMark;
    if (kind === 'desired') {
      const decommission = random.chance(0.5) ? { decommission: true as const } : {};
      const content = { sequence: 1, confirmedAt: instant(trueMs) };
      const claims = aDesired({ nowMs: trueMs, sequence, content, ...change, ...decommission });
      return { claims, signedBy: (by) => by.sign('desired', claims) };
    }
    if (kind === 'qr') {
      const claims = aQrBatch({ nowMs: trueMs, sequence, urlPrefix: `https://evil.example/${mark}/`, ...change });
      return { claims, signedBy: (by) => by.sign('qr', claims) };
    }
    if (kind === 'facts') {
      const claims = aFacts({ nowMs: trueMs, sequence, facts: someFacts(random, trueMs, trueMs + 3 * HOUR_MS, mark), ...change });
      return { claims, signedBy: (by) => by.sign('facts', claims) };
    }
    if (kind === 'scenes') {
      const title = { el: `${mark} Ψέμα`, en: null };
      const scenes = [aLayout(aPlacement('text', { title, body: null, ground: 'plain' }))];
      const claims = aScenes({ nowMs: trueMs, sequence, scenes, ...change });
      return { claims, signedBy: (by) => by.sign('scenes', claims) };
    }
    const usual = aContent({ nowMs: trueMs, sequence, title: `${mark} Ψέμα`, ...change });
    const name = { el: `${mark} Αλλού`, en: null };
    const building = { ...usual.document.building, id: change.buildingId ?? usual.document.building.id, name, addressLine: name };
    const claims = { ...usual, document: { ...usual.document, building } };
    return { claims, signedBy: (by) => by.sign('content', claims) };
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

  const always: readonly [Way, ...Way[]] = [
    { name: 'unsigned', text: async (kind, trueMs) => unsigned(aLie(kind, trueMs).claims, kind) },
    { name: 'signed by another key of the same name', text: (kind, trueMs) => aLie(kind, trueMs).signedBy(forger) },
    { name: 'older', text: async (kind) => older(kind) },
    { name: "another building's", text: (kind, trueMs) => aLie(kind, trueMs, { buildingId: OTHER_BUILDING }).signedBy(signer) },
    { name: 'put under a good signature', text: async (kind, trueMs) => grafted(newest(kind), aLie(kind, trueMs).claims) },
    { name: 'of another kind', text: async (kind) => newest(kind === 'content' ? 'scenes' : 'content') },
    { name: 'truncated', text: async (kind) => newest(kind).slice(0, random.between(0, 2_000)) },
    { name: 'too large', text: async () => 'X00000 '.repeat(60_000) },
  ];
  /** Nothing but its end speaks against it. Never retained: the next start of the agent may know no time. */
  const runOut: Way = {
    name: RUN_OUT,
    text: (kind, trueMs) => aLie(kind, trueMs - 100 * HOUR_MS, { expiresAt: instant(trueMs - HOUR_MS) }).signedBy(signer),
  };
  const publish =
    deps.publish ??
    (async (topic: string, text: string, retain: boolean) => {
      await client?.publishAsync(topic, text, { qos: 1, retain });
    });

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
    async attack(trueMs, deviceKnowsTime) {
      const kind = random.pick(KINDS);
      const way = random.pick(deviceKnowsTime ? [...always, runOut] : always);
      const text = await way.text(kind, trueMs);
      const asCommand = random.chance(0.15);
      const topic = asCommand ? topicOf('command', testDeviceId, randomUUID()) : topicOf(kind, testDeviceId);
      await publish(topic, text, !asCommand && way !== runOut && random.chance(0.6));
      counts.set(way.name, (counts.get(way.name) ?? 0) + 1);
      return way.name;
    },
    attacks: () => counts,
  };
}

interface Lie {
  readonly claims: object;
  signedBy(signer: TestSigner): Promise<string>;
}

interface Way {
  readonly name: string;
  text(kind: HeldKind, trueMs: number): Promise<string>;
}

function grafted(genuine: string, payload: object): string {
  const [head = '', , signature = ''] = genuine.split('.');
  return `${head}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${signature}`;
}

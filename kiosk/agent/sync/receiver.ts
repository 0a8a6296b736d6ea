import type { CommandClaims } from '@concierge/contract/mqtt/command.ts';
import { namedSigner } from '@concierge/contract/signed-claims.ts';
import { type ClaimsOf, type HeldKind, openDocument } from '@concierge/contract/signed-document.ts';
import { parseTopic, topicOf, topics } from '@concierge/contract/topics.ts';
import type { KioskCache } from '../cache/cache.ts';
import type { Clock } from '../clock/clock.ts';
import type { DeviceIdentity } from '../device/identity.ts';
import { type Acceptance, type Addressee, type DocumentRefusal, decideAcceptance } from './acceptance.ts';
import { type HeldDocuments, isHeldKind } from './held-documents.ts';
import type { TimeAsking } from './time-asking.ts';

export interface IncomingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker kept it for us; it may have been published long ago. */
  readonly retained: boolean;
}

export interface Receiver {
  /** Takes one message to its end: held, ignored or refused. One at a time, in the order of arrival. */
  receive(message: IncomingMessage): Promise<void>;
}

export function createReceiver(deps: {
  identity: DeviceIdentity;
  held: HeldDocuments;
  cache: KioskCache;
  clock: Clock;
  time: Pick<TimeAsking, 'awaits' | 'answered'>;
  onAccepted(kind: HeldKind, sequence: number): void;
  onRefused(topic: string, reason: DocumentRefusal): void;
  /** The device hangs in this building from now on. */
  onMoved(move: { buildingId: string; movedAtSequence: number }): void;
  /** The broker was made to forget the desired state: whoever did it wants nothing of this device any more. */
  onWithdrawn(): void;
  /** A command of the cloud for this device, which may have run out or come a second time. */
  onCommand(command: CommandClaims): void;
  /** A message that this version has no use for: a topic that is not ours. */
  onIgnored(topic: string): void;
  /** False once the device leaves its building: from then on nothing is taken in, so that nothing is written after the wipe. */
  takesDocuments(): boolean;
}): Receiver {
  async function receiveDocument<Kind extends HeldKind>(kind: Kind, message: IncomingMessage): Promise<void> {
    const { maxBytes } = topics[kind];
    if (message.payload.length > maxBytes) return deps.onRefused(kind, 'oversized');
    // An empty retained message is how a broker forgets one; the device keeps what it has.
    if (message.payload.length === 0) return;
    const jws = Buffer.from(message.payload).toString('latin1');
    const held = deps.held.get(kind);
    if (held?.jws === jws) return;
    const opened = await openDocument(kind, jws, maxBytes, deps.identity.signingKeys);
    if (!opened.ok) return deps.onRefused(kind, opened.error);
    if (!deps.takesDocuments()) return deps.onIgnored(kind);
    if (kind === 'desired' && opened.value.kind === 'desired' && leadsElsewhere(opened.value)) return follow(opened.value, jws);
    decide(kind, { claims: opened.value, jws }, message.retained);
  }

  /** Whether it is a word for this device that leads it from the building it belongs to to another. */
  function leadsElsewhere({ deviceId, buildingId, movedFrom }: ClaimsOf<'desired'>): boolean {
    const { identity } = deps;
    return deviceId === identity.deviceId && buildingId !== identity.buildingId && movedFrom?.includes(identity.buildingId) === true;
  }

  function follow(claims: ClaimsOf<'desired'>, jws: string): void {
    const { deviceId, movedAtSequence } = deps.identity;
    // A word from before the last move would lead it back, whoever repeats it.
    if (claims.sequence <= movedAtSequence) return deps.onRefused('desired', 'lower-version');
    const acceptance = accept('desired', { claims, jws }, { deviceId, buildingId: claims.buildingId });
    if (acceptance.verdict === 'refuse') return deps.onRefused('desired', acceptance.reason);
    deps.onMoved({ buildingId: claims.buildingId, movedAtSequence: claims.sequence });
  }

  async function receiveCommand({ topic, payload, retained }: IncomingMessage): Promise<void> {
    // A command is never kept by a broker; one that is was put there by somebody else.
    if (retained || payload.length === 0) return deps.onIgnored('command');
    const { maxBytes } = topics.command;
    if (payload.length > maxBytes) return deps.onRefused('command', 'oversized');
    if (deps.time.awaits(topic.slice(topic.lastIndexOf('/') + 1))) return receiveTime(topic, payload);
    const opened = await openDocument('command', Buffer.from(payload).toString('latin1'), maxBytes, deps.identity.signingKeys);
    if (!opened.ok) return deps.onRefused('command', opened.error);
    const command = opened.value;
    const { deviceId, buildingId } = deps.identity;
    if (command.deviceId !== deviceId || topic !== topicOf('command', deviceId, command.id))
      return deps.onRefused('command', 'other-device');
    if (command.buildingId !== buildingId) return deps.onRefused('command', 'other-building');
    if (!deps.takesDocuments()) return deps.onIgnored('command');
    deps.onCommand(command);
  }

  /** Comes where commands come, because that is what every broker lets a device hear. */
  async function receiveTime(topic: string, payload: Uint8Array): Promise<void> {
    const { deviceId, signingKeys } = deps.identity;
    const opened = await openDocument('time', Buffer.from(payload).toString('latin1'), topics.command.maxBytes, signingKeys);
    if (!opened.ok) return deps.onRefused('command', opened.error);
    const answer = opened.value;
    if (answer.deviceId !== deviceId || topic !== topicOf('command', deviceId, answer.nonce))
      return deps.onRefused('command', 'other-device');
    deps.time.answered(answer);
  }

  /** What a key signed that is taken no more gives way to anything: whoever had that key could have numbered it as high as they liked. */
  function inForce<Document extends { readonly jws: string }>(held: Document | null): Document | null {
    return held !== null && deps.identity.signingKeys.has(namedSigner(held.jws) ?? '') ? held : null;
  }

  function accept<Kind extends HeldKind>(kind: Kind, document: { claims: ClaimsOf<Kind>; jws: string }, addressee: Addressee): Acceptance {
    const { clock } = deps;
    return decideAcceptance<Kind>({
      ...document,
      addressee,
      held: inForce(deps.held.get(kind)),
      clock: { nowMs: clock.nowMs(), trusted: clock.state() === 'trusted', bounded: clock.bounded() },
    });
  }

  function decide<Kind extends HeldKind>(kind: Kind, document: { claims: ClaimsOf<Kind>; jws: string }, retained: boolean): void {
    const { clock } = deps;
    const acceptance = accept(kind, document, deps.identity);
    if (acceptance.verdict === 'already-held') return;
    if (acceptance.verdict === 'refuse') return deps.onRefused(kind, acceptance.reason);
    deps.held.hold(kind, document);
    // Only the desired state is signed anew every few minutes, so only its date says what time it is now.
    const delivery = kind !== 'desired' ? 'floor' : retained ? 'retained' : 'live';
    clock.hear({ issuedAtMs: Date.parse(document.claims.issuedAt), delivery });
    // The screen first, then the disk: a slow card must not hold up an urgent announcement.
    deps.onAccepted(kind, document.claims.sequence);
    if (deps.takesDocuments()) deps.cache.store(kind, document.jws);
  }

  return {
    async receive(message) {
      const parsed = parseTopic(message.topic);
      if (parsed === null || parsed.deviceId !== deps.identity.deviceId) return deps.onIgnored(message.topic);
      if (parsed.name === 'desired' && message.payload.length === 0) return deps.onWithdrawn();
      if (!deps.takesDocuments()) return deps.onIgnored(parsed.name);
      if (parsed.name === 'command') return receiveCommand(message);
      if (isHeldKind(parsed.name)) return receiveDocument(parsed.name, message);
      return deps.onIgnored(message.topic);
    },
  };
}

import { deviceMayPublish, deviceMaySubscribe, parseTopic, topics } from '@concierge/contract/topics.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';

/** Who is at the other end of a connection, as its certificate says. */
export interface Peer {
  readonly role: 'backend' | 'device';
  /** The certificate's common name; a device's is its device id. */
  readonly commonName: string;
  readonly clientId: string;
}

export interface Message {
  readonly topic: string;
  readonly payloadBytes: number;
  readonly retain: boolean;
}

export interface ConnectRequest {
  /** Null when there is no certificate with exactly one usable common name. */
  readonly commonName: string | null;
  readonly clientId: string;
  readonly keepaliveSeconds: number;
  readonly will: Message | null;
}

export interface AccessPolicy {
  readonly backendCommonName: string;
  readonly maxKeepaliveSeconds: number;
  isRevoked(deviceId: string): boolean;
}

export type ConnectRefusal = 'no-identity' | 'revoked' | 'client-id-is-not-the-identity' | 'keepalive-out-of-range' | 'will-denied';
export type PublishRefusal = 'not-your-topic' | 'too-large' | 'not-a-retained-topic';

/** The largest payload there is, which is what bounds the whole broker. */
export const maxPayloadBytes = Math.max(...Object.values(topics).map((rule) => rule.maxBytes));
/** The largest payload a device may send. */
export const maxDevicePayloadBytes = Math.max(
  ...Object.values(topics).flatMap((rule) => (rule.direction === 'from-device' ? [rule.maxBytes] : [])),
);

const backendTopics = 'nc/';
const maxTopicCharacters = 256;

/** Whether a CONNECT is accepted, decided before anything is registered for it. */
export function admit(request: ConnectRequest, policy: AccessPolicy): Result<Peer, ConnectRefusal> {
  const { commonName, clientId, keepaliveSeconds } = request;
  // A name that holds a wildcard or a level separator could widen the topics made from it, whoever signed it.
  if (commonName === null || !/^[A-Za-z0-9_-]{1,64}$/.test(commonName)) return failure('no-identity');
  const role = commonName === policy.backendCommonName ? 'backend' : 'device';
  if (role === 'device' && policy.isRevoked(commonName)) return failure('revoked');
  // The client id decides which connection is taken over, so a device that could choose it could throw another one out.
  const clientIdFits = role === 'backend' ? clientId.startsWith('backend-') && clientId.length <= 128 : clientId === commonName;
  if (!clientIdFits) return failure('client-id-is-not-the-identity');
  // Without a keepalive a connection that died silently would hold its memory and its 'online' for ever.
  if (keepaliveSeconds < 1 || keepaliveSeconds > policy.maxKeepaliveSeconds) return failure('keepalive-out-of-range');
  const peer: Peer = { role, commonName, clientId };
  if (request.will !== null && whyNotPublish(peer, request.will) !== null) return failure('will-denied');
  return success(peer);
}

/** Why the peer may not publish this message, or null when it may. Will messages are judged by the same rule. */
export function whyNotPublish(peer: Peer, message: Message): PublishRefusal | null {
  if (message.topic.length > maxTopicCharacters) return 'not-your-topic';
  const mayWrite = peer.role === 'backend' ? message.topic.startsWith(backendTopics) : deviceMayPublish(peer.commonName, message.topic);
  if (!mayWrite) return 'not-your-topic';
  const parsed = parseTopic(message.topic);
  const maxBytes = parsed === null ? maxPayloadBytes : topics[parsed.name].maxBytes;
  if (message.payloadBytes > maxBytes) return 'too-large';
  // An empty message keeps nothing: it clears what may have been kept (MQTT 3.1.1 §3.3.1.3).
  if (message.retain && message.payloadBytes > 0 && (parsed === null || !topics[parsed.name].retained)) return 'not-a-retained-topic';
  return null;
}

export function maySubscribe(peer: Peer, filter: string): boolean {
  if (filter.length > maxTopicCharacters) return false;
  return peer.role === 'backend' ? filter.startsWith(backendTopics) : deviceMaySubscribe(peer.commonName, filter);
}

import { topicOf, topics } from '@concierge/contract/topics.ts';
import { describe, expect, it } from 'vitest';
import {
  type AccessPolicy,
  admit,
  type ConnectRequest,
  maxDevicePayloadBytes,
  maxPayloadBytes,
  maySubscribe,
  type Peer,
  whyNotPublish,
} from './access.ts';

const deviceId = '01900000-0000-7000-8000-0000000000a1';
const otherId = '01900000-0000-7000-8000-0000000000a2';
const device: Peer = { role: 'device', commonName: deviceId, clientId: deviceId };
const backend: Peer = { role: 'backend', commonName: 'backend', clientId: 'backend-1' };
const policy: AccessPolicy = { backendCommonName: 'backend', maxKeepaliveSeconds: 300, isRevoked: (id) => id === otherId };

describe('who may connect', () => {
  const request: ConnectRequest = { commonName: deviceId, clientId: deviceId, keepaliveSeconds: 30, will: null };
  const refusedWith = (change: Partial<ConnectRequest>) => {
    const admitted = admit({ ...request, ...change }, policy);
    return admitted.ok ? admitted.value.role : admitted.error;
  };

  it.each<[string, Partial<ConnectRequest>, string]>([
    ['a device under its own name', {}, 'device'],
    ['a backend', { commonName: 'backend', clientId: 'backend-a' }, 'backend'],
    ['nobody in particular', { commonName: null }, 'no-identity'],
    ['an empty name', { commonName: '', clientId: '' }, 'no-identity'],
    ['a name that is a wildcard', { commonName: '+', clientId: '+' }, 'no-identity'],
    ['a name with a level in it', { commonName: 'a/b', clientId: 'a/b' }, 'no-identity'],
    ['a revoked device', { commonName: otherId, clientId: otherId }, 'revoked'],
    ["another device's client id", { clientId: otherId }, 'client-id-is-not-the-identity'],
    ["a backend's client id", { clientId: 'backend-a' }, 'client-id-is-not-the-identity'],
    ['a backend under the id of a device', { commonName: 'backend', clientId: deviceId }, 'client-id-is-not-the-identity'],
    ['no keepalive', { keepaliveSeconds: 0 }, 'keepalive-out-of-range'],
    ['the longest keepalive', { keepaliveSeconds: 300 }, 'device'],
    ['a longer one', { keepaliveSeconds: 301 }, 'keepalive-out-of-range'],
    ['its own will', { will: { topic: topicOf('status', deviceId), payloadBytes: 20, retain: true } }, 'device'],
    ["a will for another's status", { will: { topic: topicOf('status', otherId), payloadBytes: 20, retain: true } }, 'will-denied'],
    ['a will that keeps an event', { will: { topic: topicOf('event', deviceId), payloadBytes: 20, retain: true } }, 'will-denied'],
  ])('decides on %s', (_says, change, expected) => {
    expect(refusedWith(change)).toBe(expected);
  });
});

describe('what may be published', () => {
  it.each(Object.entries(topics).map(([name, rule]) => ({ name, rule, topic: `nc/v1/${deviceId}/${rule.suffix.replace('+', 'c1')}` })))(
    'a device on $name, by the table',
    ({ rule, topic }) => {
      const own = rule.direction === 'from-device' ? null : 'not-your-topic';
      expect(whyNotPublish(device, { topic, payloadBytes: rule.maxBytes, retain: rule.retained })).toBe(own);
      expect(whyNotPublish(backend, { topic, payloadBytes: rule.maxBytes, retain: rule.retained })).toBeNull();
      expect(whyNotPublish(backend, { topic, payloadBytes: rule.maxBytes + 1, retain: false })).toBe('too-large');
      expect(whyNotPublish(backend, { topic, payloadBytes: 1, retain: true })).toBe(rule.retained ? null : 'not-a-retained-topic');
      expect(whyNotPublish(backend, { topic, payloadBytes: 0, retain: true }), 'clears what is kept').toBeNull();
      const others = topic.replace(deviceId, otherId);
      expect(whyNotPublish(device, { topic: others, payloadBytes: 1, retain: false })).toBe('not-your-topic');
    },
  );

  it('a backend nothing outside nc/, and nothing kept that the table does not know', () => {
    expect(whyNotPublish(backend, { topic: '$SYS/x', payloadBytes: 1, retain: false })).toBe('not-your-topic');
    expect(whyNotPublish(backend, { topic: 'nc/v2/x/y', payloadBytes: 1, retain: false })).toBeNull();
    expect(whyNotPublish(backend, { topic: 'nc/v2/x/y', payloadBytes: 1, retain: true })).toBe('not-a-retained-topic');
    expect(whyNotPublish(backend, { topic: 'nc/v2/x/y', payloadBytes: maxPayloadBytes + 1, retain: false })).toBe('too-large');
  });

  it('nothing on a topic of boundless length', () => {
    const topic = topicOf('commandResult', deviceId, 'x'.repeat(300));
    expect(whyNotPublish(device, { topic, payloadBytes: 1, retain: false })).toBe('not-your-topic');
  });

  it('knows the largest payloads of the table', () => {
    expect(maxPayloadBytes).toBe(262_144);
    expect(maxDevicePayloadBytes).toBe(16_384);
  });
});

describe('what may be subscribed', () => {
  it.each<[string, boolean]>([
    [`nc/v1/${deviceId}/content`, true],
    [`nc/v1/${deviceId}/cmd/+`, true],
    [`nc/v1/${deviceId}/cmd/#`, false],
    [`nc/v1/${deviceId}/#`, false],
    [`nc/v1/${deviceId}/status`, false],
    [`nc/v1/${otherId}/content`, false],
    ['nc/v1/+/content', false],
    ['#', false],
  ])('a device %s: %s', (filter, allowed) => {
    expect(maySubscribe(device, filter)).toBe(allowed);
  });

  it.each<[string, boolean]>([
    ['nc/v1/+/status', true],
    ['nc/#', true],
    ['#', false],
    ['$SYS/#', false],
    ['+/v1/+/status', false],
  ])('a backend %s: %s', (filter, allowed) => {
    expect(maySubscribe(backend, filter)).toBe(allowed);
  });
});

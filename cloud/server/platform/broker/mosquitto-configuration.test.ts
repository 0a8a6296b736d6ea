import { topics } from '@concierge/contract/topics.ts';
import { expect, it } from 'vitest';
import { type MosquittoSettings, mosquittoConfiguration } from './mosquitto-configuration.ts';

const settings: MosquittoSettings = {
  deviceListener: { port: 8883 },
  backendListener: { port: 8884, host: '10.0.0.1' },
  keyFile: '/etc/broker/server.key',
  certificateFile: '/etc/broker/server.crt',
  authorityFile: '/etc/broker/authority.crt',
  aclFile: '/etc/broker/acl',
};

it('asks every client for a certificate, on both listeners, and takes nobody without', () => {
  const listeners = mosquittoConfiguration(settings).split(/^listener /m);
  expect(listeners).toHaveLength(3);
  expect(listeners[0]).toContain('allow_anonymous false\nacl_file /etc/broker/acl\nmessage_size_limit 262144\n');
  for (const listener of listeners.slice(1)) {
    expect(listener).toContain('require_certificate true\nuse_identity_as_username true\n');
    expect(listener).toContain('keyfile /etc/broker/server.key\n');
  }
  expect(listeners[1]).toMatch(/^8883\n/);
  expect(listeners[2]).toMatch(/^8884 10\.0\.0\.1\n/);
});

it('replaces the client id on the listener of the devices only, because replicas of the backend share a name', () => {
  const [, devices, backends] = mosquittoConfiguration(settings).split(/^listener /m);
  expect(devices).toContain('use_username_as_clientid true');
  expect(backends).not.toContain('use_username_as_clientid');
});

it('can name a separate authority for the backend, a revocation list, and a place to keep retained messages', () => {
  const text = mosquittoConfiguration({
    ...settings,
    backendListener: { port: 8884, authorityFile: '/etc/broker/backend-authority.crt' },
    revocationListFile: '/etc/broker/revoked.crl',
    persistenceDirectory: '/var/lib/broker',
  });
  const [global, devices, backends] = text.split(/^listener /m);
  expect(global).toContain('persistence true\npersistence_location /var/lib/broker/\n');
  expect(devices).toContain('cafile /etc/broker/authority.crt\ncrlfile /etc/broker/revoked.crl\n');
  // A list that ran out must not keep out the cloud, which brings the next one.
  expect(backends).toContain('cafile /etc/broker/backend-authority.crt\n');
  expect(backends).not.toContain('crlfile');
  expect(mosquittoConfiguration(settings)).toContain('persistence false\n');
});

it('bounds what waits for a client, with room for what a whole fleet has said', () => {
  const [, messages = ''] = /^max_queued_messages (\d+)$/m.exec(mosquittoConfiguration(settings)) ?? [];
  const [, bytes = ''] = /^max_queued_bytes (\d+)$/m.exec(mosquittoConfiguration(settings)) ?? [];
  const devices = 50_000;
  const retained = Object.values(topics).filter(({ direction, retained: kept }) => direction === 'from-device' && kept);
  expect(Number(messages)).toBeGreaterThan(devices * retained.length);
  expect(Number(bytes)).toBeGreaterThan(devices * retained.reduce((sum, { maxBytes }) => sum + maxBytes, 0));
  expect(mosquittoConfiguration(settings)).toContain('persistent_client_expiration 1h\n');
});

it('refuses a path that would be read as another option', () => {
  expect(() => mosquittoConfiguration({ ...settings, aclFile: 'acl\nallow_anonymous true' })).toThrow(RangeError);
  expect(() => mosquittoConfiguration({ ...settings, keyFile: ' ' })).toThrow(RangeError);
});

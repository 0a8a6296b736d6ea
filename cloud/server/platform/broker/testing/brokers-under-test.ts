import type { IssuedCertificate, TestAuthority } from '@concierge/testing/certificates.ts';
import { freePort } from '@concierge/testing/free-port.ts';
import pino from 'pino';
import { createEmbeddedBroker } from '../embedded-broker.ts';
import { startExternalMosquitto } from './external-mosquitto.ts';

/** A broker as the conformance suite sees it: only its ports. Both trust the authority, and both have `backend` as the backend's name. */
export interface BrokerUnderTest {
  readonly devicePort: number;
  readonly backendPort: number;
  stop(): Promise<void>;
}

export async function startEmbedded(authority: TestAuthority, server: IssuedCertificate): Promise<BrokerUnderTest> {
  const broker = createEmbeddedBroker({
    tls: { ...server, authorityPem: authority.authorityPem },
    port: 0,
    host: '127.0.0.1',
    backendCommonName: 'backend',
    isRevoked: () => false,
    logger: pino({ level: 'silent' }),
  });
  const started = await broker.start();
  if (!started.ok) throw new Error(started.error.kind);
  return { devicePort: started.value.port, backendPort: started.value.port, stop: () => broker.stop() };
}

export async function startExternal(program: string | null, authority: TestAuthority, server: IssuedCertificate): Promise<BrokerUnderTest> {
  if (program === null) throw new Error('mosquitto is not installed, and CI does not skip its tests: install the package mosquitto');
  const [devicePort, backendPort] = [await freePort(), await freePort()];
  const { authorityPem } = authority;
  const running = await startExternalMosquitto({ program, devicePort, backendPort, ...server, authorityPem, backendCommonName: 'backend' });
  return { devicePort, backendPort, stop: () => running.stop() };
}

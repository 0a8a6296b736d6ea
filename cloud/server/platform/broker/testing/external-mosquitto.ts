import { type MosquittoProcess, startMosquitto } from '@concierge/testing/mosquitto.ts';
import { mosquittoAcl } from '../acl.ts';
import { mosquittoConfiguration } from '../mosquitto-configuration.ts';

/** What an external broker is given; the common name is the one the cloud's certificate carries. */
export interface ExternalMosquitto {
  readonly program: string;
  readonly devicePort: number;
  readonly backendPort: number;
  readonly keyPem: string;
  readonly certificatePem: string;
  readonly authorityPem: string;
  readonly backendCommonName: string;
}

/** Starts mosquitto with the configuration and the access list the product generates for it, as production has it. */
export function startExternalMosquitto(start: ExternalMosquitto): Promise<MosquittoProcess> {
  const { program, devicePort, backendPort } = start;
  return startMosquitto({
    program,
    ports: [devicePort, backendPort],
    files: {
      'server.key': start.keyPem,
      'server.crt': start.certificatePem,
      'authority.crt': start.authorityPem,
      acl: mosquittoAcl(start.backendCommonName),
    },
    configuration: (pathOf) =>
      mosquittoConfiguration({
        deviceListener: { port: devicePort, host: '127.0.0.1' },
        backendListener: { port: backendPort, host: '127.0.0.1' },
        keyFile: pathOf('server.key'),
        certificateFile: pathOf('server.crt'),
        authorityFile: pathOf('authority.crt'),
        aclFile: pathOf('acl'),
      }),
  });
}

import { emqxAcl, mosquittoAcl } from '../../cloud/server/platform/broker/acl.ts';
import { mosquittoConfiguration } from '../../cloud/server/platform/broker/mosquitto-configuration.ts';
import { BACKEND_COMMON_NAME } from '../../cloud/server/platform/keys/keyring.ts';
import type { Generator } from './generator.ts';

export const mosquittoAccess: Generator = {
  path: 'deploy/mosquitto/acl',
  from: 'shared/contract/topics.ts',
  make: async () => mosquittoAcl(BACKEND_COMMON_NAME),
};

export const emqxAccess: Generator = {
  path: 'deploy/emqx/acl.conf',
  from: 'shared/contract/topics.ts',
  make: async () => emqxAcl(BACKEND_COMMON_NAME),
};

/** For a container whose configuration is mounted at the image's usual place, and what make-keys writes for it beside; 8883 is published, 8884 stays in the private network. */
export const mosquittoSettings: Generator = {
  path: 'deploy/mosquitto/mosquitto.conf',
  from: 'cloud/server/platform/broker/mosquitto-configuration.ts',
  make: async () =>
    mosquittoConfiguration({
      deviceListener: { port: 8_883 },
      backendListener: { port: 8_884 },
      keyFile: '/mosquitto/keys/broker.key',
      certificateFile: '/mosquitto/keys/broker.crt',
      authorityFile: '/mosquitto/keys/authority.crt',
      aclFile: '/mosquitto/config/acl',
      // Kept by deploy/mosquitto/start.
      revocationListFile: '/mosquitto/data/revoked.pem',
      persistenceDirectory: '/mosquitto/data',
    }),
};

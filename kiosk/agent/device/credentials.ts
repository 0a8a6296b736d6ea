import type { Logger } from 'pino';
import type { DeviceIdentity } from './identity.ts';
import { createKeyFollowing, type KeyFollowing, type KeyLooks } from './key-following.ts';
import type { PrivateDirectory } from './private-directory.ts';
import { createRenewal, type KnownTime, type Renewal, type RenewalLooks } from './renewal.ts';

/**
 * What proves who this device is, and whose word it takes: the certificate is renewed in time, the signing keys are followed. Each goes on from what the other has brought, so that neither puts
 * back what the other replaced.
 */
export interface Credentials {
  start(identity: DeviceIdentity): void;
  metUnknownKey: KeyFollowing['metUnknownKey'];
  verdict: Renewal['verdict'];
  stop(): void;
}

export function createCredentials(deps: {
  readonly directory: PrivateDirectory;
  serial(): string;
  time(): KnownTime;
  turnedAway(): boolean;
  monotonicMs(): number;
  random(): number;
  /** In place of minutes and hours. */
  readonly renewalLooks: RenewalLooks | undefined;
  readonly keyLooks: KeyLooks;
  onRenewed(identity: DeviceIdentity): void;
  onEnded(): void;
  onFollowed(identity: DeviceIdentity): void;
  readonly logger: Logger;
}): Credentials {
  const { renewalLooks, keyLooks, ...common } = deps;
  const renewal = createRenewal({
    ...common,
    ...(renewalLooks === undefined ? {} : { looks: renewalLooks }),
    onRenewed(identity) {
      keys.start(identity);
      deps.onRenewed(identity);
    },
  });
  const keys = createKeyFollowing({
    ...common,
    looks: keyLooks,
    clockTrusted: () => deps.time().trusted,
    onFollowed(identity) {
      renewal.start(identity);
      deps.onFollowed(identity);
    },
  });
  return {
    start(identity) {
      renewal.start(identity);
      keys.start(identity);
    },
    metUnknownKey: () => keys.metUnknownKey(),
    verdict: () => renewal.verdict(),
    stop() {
      renewal.stop();
      keys.stop();
    },
  };
}

import type { ScreenClaim } from '@concierge/contract/kiosk/screen.ts';
import type { Logger } from 'pino';
import type { BackOffLimits } from '../sync/back-off.ts';
import type { BootTokenFile } from './boot-token.ts';
import { type Claim, createClaim } from './claim.ts';
import { createDevelopmentClaim } from './development-claim.ts';
import type { DeviceIdentity } from './identity.ts';
import type { PrivateDirectory } from './private-directory.ts';

/** How this device becomes a building's screen, whichever way that is. */
export interface Claiming {
  /** Begins, unless it has begun already. Without a cloud's address it waits for somebody to say one. */
  begin(by: 'code' | 'token'): void;
  /** What the screen says meanwhile; null while nothing is under way. */
  screen(): ScreenClaim | null;
  stop(): void;
}

export function createClaiming(deps: {
  readonly directory: PrivateDirectory;
  readonly cloudUrl: string | undefined;
  /** The demo's token, by which a claim `by: 'token'` is made. Without one there is the code. */
  readonly claimTokenFile: string | undefined;
  readonly bootToken: BootTokenFile;
  serial(): string;
  random(): number;
  monotonicMs(): number;
  clockTrusted(): boolean;
  readonly backOff: BackOffLimits;
  onChange(): void;
  onClaimed(identity: DeviceIdentity): void;
  readonly logger: Logger;
}): Claiming {
  const { cloudUrl, claimTokenFile } = deps;
  let claim: Claim | null = null;
  return {
    begin(by) {
      if (cloudUrl === undefined || claim !== null) return;
      claim =
        claimTokenFile === undefined || by === 'code'
          ? createClaim({ ...deps, cloudUrl })
          : createDevelopmentClaim({ ...deps, cloudUrl, tokenFile: claimTokenFile });
      claim.start((identity) => {
        claim = null;
        deps.onClaimed(identity);
      });
      deps.onChange();
    },
    screen: () => claim?.screen() ?? null,
    stop() {
      claim?.stop();
      claim = null;
    },
  };
}

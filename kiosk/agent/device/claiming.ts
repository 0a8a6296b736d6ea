import { networkInterfaces } from 'node:os';
import type { RefusedCardFile, ScreenClaim } from '@concierge/contract/kiosk/screen.ts';
import type { Logger } from 'pino';
import type { BackOffLimits } from '../sync/back-off.ts';
import type { BootTokenFile } from './boot-token.ts';
import { refusedCardFiles } from './card-files.ts';
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
  /** Where the appliance says what it made of the card's files. */
  readonly applianceDir: string | undefined;
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
  let refusedFiles: readonly RefusedCardFile[] = [];

  /** The Wi-Fi's file is looked at beside the agent's own start, so it is read again whenever there is news. */
  function onChange(): void {
    refusedFiles = refusedCardFiles(deps.applianceDir);
    deps.onChange();
  }

  return {
    begin(by) {
      if (claim !== null) return;
      if (cloudUrl === undefined) return onChange();
      claim =
        claimTokenFile === undefined || by === 'code'
          ? createClaim({ ...deps, cloudUrl, onChange, hasAddress })
          : createDevelopmentClaim({ ...deps, cloudUrl, tokenFile: claimTokenFile });
      claim.start((identity) => {
        claim = null;
        deps.onClaimed(identity);
      });
      onChange();
    },
    screen() {
      const shown = claim?.screen() ?? null;
      if (shown !== null) return { ...shown, refusedFiles };
      // The file that would have said where the cloud is may be the one that was not used.
      return cloudUrl === undefined && refusedFiles.length > 0 ? { line: 'no-cloud', code: null, refusedFiles } : null;
    },
    stop() {
      claim?.stop();
      claim = null;
    },
  };
}

/** Neither its own nor one that a machine makes up where nobody answers (RFC 3927, RFC 4291 §2.5.6). */
function hasAddress(): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.some(({ address, internal }) => !internal && !/^(169\.254\.|fe80:)/i.test(address));
}

import { failure, type Result } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { type DeviceIdentity, eraseIdentity, type IdentityFault, isDeparting, loadIdentity, loadUncertified } from './identity.ts';
import type { PrivateDirectory } from './private-directory.ts';
import { knownSerial } from './serial.ts';

export interface IdentityAtStart {
  readonly identity: Result<DeviceIdentity, IdentityFault>;
  /** The same where only the certificate is not usable: it still shows what it holds, while it asks for another. */
  readonly known: Result<DeviceIdentity, IdentityFault>;
  /** It was told to leave, and is not done. */
  readonly departing: boolean;
}

/** Who a device is when it is switched on. One that is nobody's keeps nothing of whoever's it was before. */
export async function identityAtStart(deps: {
  readonly directory: PrivateDirectory;
  serial(): string;
  /** Erases what was shown; false while something of it is left. */
  eraseShown(): boolean;
  readonly logger: Logger;
}): Promise<IdentityAtStart> {
  const { directory, logger } = deps;
  const serial = knownSerial(deps.serial, logger);
  let identity = await loadIdentity(directory, serial);
  if (!identity.ok && identity.error === 'other-machine') {
    logger.error('this card was claimed in another machine; it starts anew');
    eraseIdentity(directory);
    identity = failure('unclaimed');
  }
  const departing = isDeparting(directory);
  // Whatever lies here is of a building that is no longer this device's: the disk may not have let go of it before.
  const isNobodys = !identity.ok && identity.error === 'unclaimed' && !departing;
  if (isNobodys && !deps.eraseShown()) logger.error('what this device showed before could not be erased');
  return { identity, departing, known: identity.ok ? identity : await loadUncertified(directory, serial) };
}

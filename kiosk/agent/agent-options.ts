import type { PaintedFrame } from '@concierge/contract/kiosk/screen.ts';
import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { Logger } from 'pino';
import type { ClockSources } from './clock/clock.ts';
import type { CommandPorts } from './command-actions.ts';
import type { DepartureWaits } from './device/departure.ts';
import type { KeyLooks } from './device/key-following.ts';
import type { RenewalLooks } from './device/renewal.ts';
import type { TelemetrySources } from './device/telemetry.ts';
import type { MediaLimits } from './media/media.ts';
import type { ReleaseSettings } from './release/device-releases.ts';
import type { Health } from './screen/health.ts';
import type { Screen } from './screen/screen.ts';
import type { BackOffLimits } from './sync/back-off.ts';

/** Where an agent lives, and what stands for the machine in a test. */
export interface AgentOptions extends CommandPorts {
  /** Everything the device keeps: identity and cache. */
  readonly dataDir: string;
  /** The built renderer. */
  readonly rendererDir: string;
  readonly shell: Reported['shell'];
  /** Marks the screen as a demonstration. */
  readonly demo: boolean;
  /** The first port tried for the page; 0 takes any, null serves no page (the Electron shell has the bridge instead). */
  readonly port?: number | null;
  /** Where an unclaimed device asks for a code; without it, it waits for somebody to say. */
  readonly cloudUrl?: string | undefined;
  /** The demo's claim: a token on this machine instead of a code on the screen. */
  readonly claimTokenFile?: string | undefined;
  /** Where the token lies that a batch's card brought. */
  readonly bootTokenFile?: string | undefined;
  /** Stands for the broker's address of the claim, when the broker moved. What the broker must prove stays the same. */
  readonly brokerUrl?: string | undefined;
  /** Where the appliance waits for the word that switches the display; missing on a machine that cannot. */
  readonly displayFile?: string | undefined;
  /** How it takes releases of its own program; without it, it stays what it is. */
  readonly releases?: ReleaseSettings | undefined;
  readonly logger: Logger;
  readonly clockSources?: ClockSources;
  readonly telemetrySources?: TelemetrySources;
  /** Stands for what the board says of itself; null on one that says nothing. */
  readonly boardSerial?: string | null;
  readonly random?: () => number;
  readonly backOff?: BackOffLimits;
  readonly mediaLimits?: MediaLimits;
  readonly departureWaits?: DepartureWaits;
  readonly renewalLooks?: RenewalLooks;
  readonly keyLooks?: KeyLooks;
  /** How often a device looks whether it knows again who it is. */
  readonly lookAgainMs?: number;
  /** How often a disk that takes nothing is tried again. */
  readonly diskRetryMs?: number;
  /** No clock is believed that says an earlier time. */
  readonly earliestPossibleMs?: number;
}

export interface Agent {
  /** Settles when the screen can be shown; the network comes later. */
  start(): Promise<void>;
  /** Says good-bye to the broker, closes the cache; takes less than a second. */
  stop(): Promise<void>;
  /** The page's URL once started; null without a server. */
  readonly url: string | null;
  readonly screen: Pick<Screen, 'current' | 'subscribe'>;
  painted(frame: PaintedFrame): void;
  health(): Health;
}

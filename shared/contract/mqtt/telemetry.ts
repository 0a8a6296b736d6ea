import { z } from 'zod';
import { Instant } from '../text.ts';
import { ClockState } from './reported.ts';

/** Whether the board's firmware sees a trouble at this moment, has seen it since it started, or has not. */
export const PowerMark = z.enum(['never', 'since-boot', 'now']);
export type PowerMark = z.infer<typeof PowerMark>;

const mark = PowerMark.nullable();
const bytes = z.int().nonnegative().nullable();
const seconds = z.int().nonnegative().nullable();

/**
 * How the machine of a screen fares, measured by its agent. `null` means that this board does not say: nothing is guessed. A moment's picture, so none is retained; what is older than
 * the newest few is not sent later either.
 */
export const Telemetry = z
  .strictObject({
    /** By the device's best clock; see `clock`. */
    at: Instant,
    clock: ClockState,
    /** Of the processor, to a tenth of a degree. */
    temperatureCelsius: z.number().min(-60).max(200).nullable(),
    /** What the Raspberry Pi's firmware tells of its supply and its heat (vcgencmd get_throttled). */
    power: z.strictObject({ underVoltage: mark, frequencyCapped: mark, throttled: mark, softTemperatureLimit: mark }),
    storage: z.strictObject({
      /** Of the file system that holds the device's data. */
      freeBytes: bytes,
      totalBytes: bytes,
      freeFiles: bytes,
      totalFiles: bytes,
      /** Mounted read-only, as a file system becomes that has met damage. */
      readOnly: z.boolean().nullable(),
      /** Damage the file system has noted since it was made (ext4). */
      fileSystemErrors: z.int().nonnegative().nullable(),
      /** Written to the whole card since the machine started; SD cards do not tell their wear, so this is what can be known of it. */
      writtenBytes: bytes,
      /** How much of its life an eMMC says it has used, rounded up to tens. SD cards say nothing. */
      lifeUsedPercent: z.int().min(0).max(110).nullable(),
    }),
    memory: z.strictObject({ totalBytes: bytes, availableBytes: bytes, agentBytes: bytes }),
    /** Processes that wanted to run, on average over five minutes, per processor core. */
    loadPerCore: z.number().min(0).max(1_000).nullable(),
    machineUptimeSeconds: seconds,
    agentUptimeSeconds: z.int().nonnegative(),
    /** How often the agent has started within the last hour, this time included. */
    startsLastHour: z.int().min(0).max(1_000),
  })
  .meta({ id: 'Telemetry' });
export type Telemetry = z.infer<typeof Telemetry>;

/** What holds of the speed of the processor, whichever of its two reasons is the worse. */
export function slowed({ throttled, frequencyCapped }: Telemetry['power']): PowerMark | null {
  const order = [null, ...PowerMark.options];
  return order.indexOf(throttled) > order.indexOf(frequencyCapped) ? throttled : frequencyCapped;
}

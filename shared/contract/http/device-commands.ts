import { z } from 'zod';
import { CommandName } from '../mqtt/command.ts';
import { Instant, Uuid } from '../text.ts';
import { WordPair } from './device-claims.ts';

/** POST /api/kiosk/devices/:deviceId/commands. */
export const CommandBody = z.strictObject({ command: CommandName });

export const DeviceCommand = z
  .strictObject({
    id: Uuid,
    command: CommandName,
    issuedAt: Instant,
    /** Not carried out after this. */
    expiresAt: Instant,
    /** waiting: on its way. done, failed: as the device says. expired: no answer while it could be carried out, or the device says that it came too late. */
    outcome: z.enum(['waiting', 'done', 'failed', 'expired']),
    /** What the glass shows while it identifies itself; null of other commands, and of a device claimed before keys were noted. */
    words: WordPair.nullable(),
    /** What it brought is still kept, under `/result`: only the latest of its kind, and for a week. */
    resultKept: z.boolean(),
  })
  .meta({ id: 'DeviceCommand' });
export type DeviceCommand = z.infer<typeof DeviceCommand>;

/** GET /api/kiosk/devices/:deviceId/commands: the latest, newest first. */
export const DeviceCommandList = z.strictObject({ items: z.array(DeviceCommand).max(20) });

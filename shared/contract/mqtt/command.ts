import { z } from 'zod';
import { Instant, Uuid } from '../text.ts';

/**
 * What a device can be asked to do at a distance. Names, never texts: nothing of a command reaches a shell.
 * identify: the glass says for half a minute that it is this one. reload: the page is loaded anew. restart: the agent starts anew.
 * reboot: the machine starts anew. logs, screenshot: the agent's last lines, a picture of the glass; these are brought over HTTPS.
 */
export const CommandName = z.enum(['identify', 'reload', 'restart', 'reboot', 'logs', 'screenshot']);
export type CommandName = z.infer<typeof CommandName>;

/** The claims of the signed command message. It is carried out at most once, and not after `expiresAt`. */
export const CommandClaims = z.strictObject({
  kind: z.literal('command'),
  deviceId: Uuid,
  buildingId: Uuid,
  id: Uuid,
  command: CommandName,
  issuedAt: Instant,
  expiresAt: Instant,
});
export type CommandClaims = z.infer<typeof CommandClaims>;

/** What became of it, under the topic of the command. done: carried out, or about to be where it ends the agent itself. */
export const CommandResult = z.strictObject({
  id: Uuid,
  outcome: z.enum(['done', 'expired', 'failed']),
  at: Instant,
});
export type CommandResult = z.infer<typeof CommandResult>;

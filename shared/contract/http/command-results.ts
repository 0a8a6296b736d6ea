import { z } from 'zod';
import { Uuid } from '../text.ts';

/** The commands that bring something back, and how much at most. A picture is a PNG or a JPEG; lines are UTF-8. */
export const resultMaxBytes = { logs: 131_072, screenshot: 2_097_152 } as const;
export type BringingCommand = keyof typeof resultMaxBytes;

export function bringsResult(command: string): command is BringingCommand {
  return Object.hasOwn(resultMaxBytes, command);
}

export const LARGEST_RESULT_BYTES = Math.max(...Object.values(resultMaxBytes));

/**
 * POST /api/kiosk/commands/:commandId/result: the bytes as they are (`application/octet-stream`; what they have to be was said by the command), vouched for by these headers.
 * The signature (P-256, SHA-256, IEEE P1363, base64url) is the device key's over `commandResultText`, so the cloud knows before it reads the body whose it is.
 */
export const ResultHeaders = z.object({
  'concierge-device': Uuid,
  /** The device's public key (SPKI, DER, base64url); the cloud knows its hash from the claim. */
  'concierge-device-key': z.string().regex(/^[A-Za-z0-9_-]{80,200}$/),
  'concierge-content-sha256': z.string().regex(/^[0-9a-f]{64}$/),
  'concierge-signature': z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type ResultHeaders = z.infer<typeof ResultHeaders>;

/** What the signature says: these bytes answer this command. */
export function commandResultText(commandId: string, contentSha256: string): string {
  return `concierge command result ${commandId} ${contentSha256}`;
}

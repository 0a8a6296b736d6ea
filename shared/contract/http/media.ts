import { z } from 'zod';
import { FilmRef, PictureRef, Sha256 } from '../media.ts';
import { Instant } from '../text.ts';

const about = {
  /** The name of the file that was handed in; for people only. */
  name: z.string(),
  /** As it is seen, after the camera's turn was undone. */
  width: z.int().positive(),
  height: z.int().positive(),
  uploadedAt: Instant,
};

/** A file of the office's media library. */
export const Media = z.union([PictureRef.extend(about), FilmRef.extend(about)]).meta({ id: 'Media' });
export type Media = z.infer<typeof Media>;

/** GET /api/kiosk/media: the newest first, all of them. */
export const MediaList = z
  .strictObject({ items: z.array(Media), usedBytes: z.int().nonnegative(), quotaBytes: z.int().positive() })
  .meta({ id: 'MediaList' });
export type MediaList = z.infer<typeof MediaList>;

/** POST /api/kiosk/media: the file itself as the body, as application/octet-stream. */
export const MediaQuery = z.strictObject({ name: z.string().trim().min(1).max(120) });
export const MEDIA_BODY_TYPE = 'application/octet-stream';

export const MediaParams = z.strictObject({ sha256: Sha256 });

/** What a device signs with its key (P-256, SHA-256, IEEE P1363) when it asks for a file: this device, this file. */
export function mediaRequestText(deviceId: string, sha256: string): string {
  return `concierge media ${deviceId} ${sha256}`;
}

/** The Authorization header of such a request: who asks, the public key (SPKI, base64url) and the signature (base64url). */
export function mediaAuthorization(proof: { deviceId: string; publicKey: string; signature: string }): string {
  return `Device ${proof.deviceId}.${proof.publicKey}.${proof.signature}`;
}

export const MEDIA_AUTHORIZATION = /^Device ([0-9a-f-]{36})\.([A-Za-z0-9_-]{100,200})\.([A-Za-z0-9_-]{86})$/;

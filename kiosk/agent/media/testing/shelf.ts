import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { type FilmRef, isFilm, type MediaRef, type PictureRef } from '@concierge/contract/media.ts';
import type { ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { aLayout, aPlacement, aScenes, testDeviceId } from '../../testing/documents.ts';
import { silentLogger } from '../../testing/kiosk.ts';
import { createMediaShelf, DEFAULT_MEDIA_LIMITS, type MediaLimits, type MediaShelf } from '../media.ts';

export interface TestPicture {
  readonly media: PictureRef;
  readonly file: Buffer;
}

export interface TestFilm {
  readonly media: FilmRef;
  readonly file: Buffer;
}

/** The beginning of a PNG file and bytes after it: nobody on a kiosk's side of the wire decodes one. */
export function aPicture(bytes = 3_000): TestPicture {
  const file = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(bytes - 8)]);
  return { file, media: { sha256: createHash('sha256').update(file).digest('hex'), type: 'image/png', bytes } };
}

/** The beginning of a WebM file and bytes after it. */
export function aFilm(bytes = 300_000): TestFilm {
  const file = Buffer.concat([Buffer.from('1a45dfa3', 'hex'), randomBytes(bytes - 4)]);
  return { file, media: { sha256: createHash('sha256').update(file).digest('hex'), type: 'video/webm', bytes, durationMs: 5_000 } };
}

/** An arrangement that names these pictures and films, one in each scene. */
export function scenesNaming(...pictures: readonly MediaRef[]): ScenesClaims {
  return aScenes({ scenes: pictures.map((media) => aLayout(showing(media))) });
}

function showing(media: MediaRef) {
  return isFilm(media)
    ? aPlacement('video', { media, alt: null, fit: 'cover', plays: 'loop' })
    : aPlacement('image', { media, alt: null, fit: 'cover' });
}

/** An arrangement as the cache keeps it; nobody looks at this signature. */
export function storedScenes(claims: ScenesClaims): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
}

export const quickLimits: MediaLimits = {
  ...DEFAULT_MEDIA_LIMITS,
  reserveBytes: 0,
  retry: { baseMs: 20, capMs: 60 },
  download: { silenceMs: 300, fruitlessRequests: 2, totalMs: 5_000, backOff: { baseMs: 1, capMs: 2, stableAfterMs: 1_000 } },
};

export function aShelf(
  dataDir: string,
  options: {
    limits?: Partial<MediaLimits>;
    stored?: () => readonly string[];
    onChange?: () => void;
    nowMs?: () => number;
    random?: () => number;
  } = {},
): MediaShelf {
  return createMediaShelf({
    dataDir,
    limits: { ...quickLimits, ...options.limits },
    storedScenes: options.stored ?? (() => []),
    nowMs: options.nowMs ?? Date.now,
    random: options.random ?? Math.random,
    onChange: options.onChange ?? (() => undefined),
    logger: silentLogger,
  });
}

export function anIdentity(cloudUrl: string): { deviceId: string; keyPem: string; cloudUrl: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { deviceId: testDeviceId, cloudUrl, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

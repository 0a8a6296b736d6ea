import type { MediaRef } from '@concierge/contract/media.ts';
import { ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { mediaNamedIn } from '@concierge/kiosk-renderer/widgets/schemas.ts';

/** The files an arrangement needs, each once, in the order of its scenes. */
export function mediaOf(claims: ScenesClaims | null): readonly MediaRef[] {
  if (claims === null || claims.configuration === null) return [];
  const named = mediaNamedIn(claims.configuration.list).map(({ media }) => media);
  return [...new Map(named.map((media) => [media.sha256, media])).values()];
}

/** The files a stored arrangement names. Its signature is not looked at, because this only keeps files from being thrown away; what is fetched comes from claims that were opened. */
export function mediaOfStored(jws: string): readonly MediaRef[] {
  try {
    const parsed = ScenesClaims.safeParse(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')));
    return parsed.success ? mediaOf(parsed.data) : [];
  } catch {
    return [];
  }
}

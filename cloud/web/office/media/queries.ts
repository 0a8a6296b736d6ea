import { Media, MediaList } from '@concierge/contract/http/media.ts';
import type { ScreenMedia } from '@concierge/contract/kiosk/screen.ts';
import { isFilm, type MediaRef } from '@concierge/contract/media.ts';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

const path = '/api/kiosk/media';

export const mediaQuery = queryOptions({
  queryKey: queryKeys.media,
  queryFn: ({ signal }) => api.read(MediaList, path, signal),
});

export function addMedia(
  file: { name: string; blob: Blob },
  sending: { onProgress(share: number): void; signal: AbortSignal },
): Promise<Media> {
  return api.upload(Media, { path: `${path}?name=${encodeURIComponent(file.name)}`, file: file.blob, ...sending });
}

export function removeMedia(sha256: string): Promise<null> {
  return api.change(z.null(), { method: 'DELETE', path: `${path}/${sha256}` });
}

/** What a scene says of a file: all but the words and measures for people. */
export function refOf(media: Media): MediaRef {
  const { sha256, bytes } = media;
  return isFilm(media) ? { sha256, type: media.type, bytes, durationMs: media.durationMs } : { sha256, type: media.type, bytes };
}

/** Where this page gets the file itself. */
export function fileUrl(sha256: string): string {
  return `${path}/${sha256}/picture`;
}

/** The library as a screen would have it: what the preview may show. */
export function screenMedia({ items }: MediaList): readonly ScreenMedia[] {
  return items.map((media) => ({ ...refOf(media), url: fileUrl(media.sha256) }));
}

import type { z } from 'zod';
import { createBrowserClient } from '../ui/api/client.ts';
import { sendFile } from '../ui/api/send-file.ts';
import { currentLanguage } from './i18n.ts';

type Listener = () => void;
const listeners = new Set<Listener>();

/** Tells when the session is over and cannot be renewed; the router then leads to the log-in. */
export function onSessionEnded(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The office's one client. */
export const api = createBrowserClient({
  language: currentLanguage,
  sendFile,
  onSessionEnded: () => {
    for (const listener of listeners) listener();
  },
});

const ROWS_A_PAGE = 200;
const MOST_PAGES = 25;

/** Every row of a list, page by page; so many pages at most. Of what an office may have more of than that, the server is asked for a part. */
export async function readAllPages<Item>(
  page: z.ZodType<{ items: Item[]; nextCursor: string | null }>,
  path: string,
  signal?: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const query: string = `${path}${path.includes('?') ? '&' : '?'}limit=${ROWS_A_PAGE}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const read: { items: Item[]; nextCursor: string | null } = await api.read(page, query, signal);
    items.push(...read.items);
    cursor = read.nextCursor;
    if (cursor === null) break;
  }
  return items;
}

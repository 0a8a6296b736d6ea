import type { Media } from '@concierge/contract/http/media.ts';
import { MOST_FILM_BYTES } from '@concierge/contract/media.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { queryKeys } from '../query-keys.ts';
import { addMedia } from './queries.ts';
import { shrunkPicture } from './shrink-picture.ts';

/** One after the other: a slow line brings the first sooner. */
const MOST_AT_ONCE = 20;
const MOST_NAME = 120;

export interface Uploads {
  /** The file that is on its way, and how much of it has gone, from 0 to 1. */
  readonly sending: { readonly name: string; readonly share: number } | null;
  readonly failed: readonly { readonly name: string; readonly problem: unknown }[];
  /** What came in last. */
  readonly added: Media | null;
  readonly wasStopped: boolean;
  /** Resolves with what has been added. */
  send(files: readonly File[]): Promise<readonly Media[]>;
  stop(): void;
}

export function useUploads(): Uploads {
  const queryClient = useQueryClient();
  const [sending, setSending] = useState<Uploads['sending']>(null);
  const [failed, setFailed] = useState<Uploads['failed']>([]);
  const [added, setAdded] = useState<Media | null>(null);
  const [wasStopped, setWasStopped] = useState(false);
  const stopping = useRef<AbortController | null>(null);
  // Nobody waits for what is sent from a dialog that was closed.
  useEffect(() => () => stopping.current?.abort(), []);

  const send = async (files: readonly File[]) => {
    if (stopping.current !== null) return [];
    const controller = new AbortController();
    stopping.current = controller;
    setFailed([]);
    setAdded(null);
    setWasStopped(false);
    const arrived: Media[] = [];
    for (const file of files.slice(0, MOST_AT_ONCE)) {
      const name = file.name.trim().slice(-MOST_NAME) || 'file';
      setSending({ name, share: 0 });
      try {
        // The cloud would say the same, after minutes.
        if (file.type.startsWith('video/') && file.size > MOST_FILM_BYTES) throw new ApiProblem({ code: 'film-too-large', status: 413 });
        const blob = await shrunkPicture(file);
        const media = await addMedia({ name, blob }, { onProgress: (share) => setSending({ name, share }), signal: controller.signal });
        arrived.push(media);
        setAdded(media);
      } catch (problem) {
        if (controller.signal.aborted) break;
        setFailed((old) => [...old, { name, problem }]);
      }
    }
    stopping.current = null;
    setSending(null);
    setWasStopped(controller.signal.aborted);
    await queryClient.invalidateQueries({ queryKey: queryKeys.media });
    return controller.signal.aborted ? [] : arrived;
  };

  return { sending, failed, added, wasStopped, send, stop: () => stopping.current?.abort() };
}

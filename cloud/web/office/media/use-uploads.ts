import type { Media } from '@concierge/contract/http/media.ts';
import { MOST_FILM_BYTES } from '@concierge/contract/media.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { queryKeys } from '../query-keys.ts';
import { addMedia } from './queries.ts';
import { shrunkPicture } from './shrink-picture.ts';
import { createUploadQueue, IDLE, type UploadQueue, type UploadState } from './upload-queue.ts';

export interface Uploads extends UploadState {
  /** Resolves with the file that was sent alone and has been added; null where there were others. */
  send: UploadQueue['add'];
  stop(): void;
}

export function useUploads(): Uploads {
  const queryClient = useQueryClient();
  const [state, setState] = useState(IDLE);
  const [queue] = useState(() => createUploadQueue({ upload, onChange: setState }));
  // Nobody waits for what is sent from a dialog that was closed.
  useEffect(() => queue.stop, [queue]);

  const send = async (files: readonly File[]) => {
    const only = await queue.add(files);
    await queryClient.invalidateQueries({ queryKey: queryKeys.media });
    return only;
  };
  return { ...state, send, stop: queue.stop };
}

async function upload(file: { name: string; blob: File }, sending: Parameters<typeof addMedia>[1]): Promise<Media> {
  // The cloud would say the same, after minutes.
  if (file.blob.type.startsWith('video/') && file.blob.size > MOST_FILM_BYTES)
    throw new ApiProblem({ code: 'film-too-large', status: 413 });
  return addMedia({ name: file.name, blob: await shrunkPicture(file.blob) }, sending);
}

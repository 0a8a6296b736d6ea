import type { Media } from '@concierge/contract/http/media.ts';

/** How many files wait, at most, for the one that is on its way. */
export const MOST_WAITING = 20;
const MOST_NAME = 120;

export interface UploadState {
  /** The file that is on its way, and how much of it has gone, from 0 to 1. */
  readonly sending: { readonly name: string; readonly share: number } | null;
  /** How many come after it. */
  readonly waiting: number;
  readonly failed: readonly { readonly name: string; readonly problem: unknown }[];
  /** The names of those that were more than may wait. */
  readonly untaken: readonly string[];
  /** What came in last. */
  readonly added: Media | null;
  readonly wasStopped: boolean;
}

export const IDLE: UploadState = { sending: null, waiting: 0, failed: [], untaken: [], added: null, wasStopped: false };

export interface UploadQueue {
  /** Sends these, or has them wait behind what is being sent. Resolves with the file that was sent alone; null where there were others, or it was not taken. */
  add(files: readonly File[]): Promise<Media | null>;
  /** Also what waits is not sent any more. */
  stop(): void;
}

/** One file after the other: a slow line brings the first sooner. */
export function createUploadQueue(deps: {
  upload(file: { name: string; blob: File }, sending: { onProgress(share: number): void; signal: AbortSignal }): Promise<Media>;
  onChange(state: UploadState): void;
}): UploadQueue {
  let state = IDLE;
  let waiting: readonly File[] = [];
  let stopping: AbortController | null = null;
  const change = (parts: Partial<UploadState>) => {
    state = { ...state, ...parts };
    deps.onChange(state);
  };

  async function sendAll({ signal }: AbortController): Promise<Media | null> {
    const arrived: Media[] = [];
    let sent = 0;
    for (let file = waiting[0]; file !== undefined && !signal.aborted; file = waiting[0]) {
      const name = nameOf(file);
      waiting = waiting.slice(1);
      sent += 1;
      change({ sending: { name, share: 0 }, waiting: waiting.length });
      try {
        const media = await deps.upload({ name, blob: file }, { onProgress: (share) => change({ sending: { name, share } }), signal });
        arrived.push(media);
        change({ added: media });
      } catch (problem) {
        if (!signal.aborted) change({ failed: [...state.failed, { name, problem }] });
      }
    }
    return signal.aborted || sent !== 1 ? null : (arrived[0] ?? null);
  }

  return {
    async add(files) {
      const room = MOST_WAITING - waiting.length;
      waiting = [...waiting, ...files.slice(0, room)];
      const untaken = files.slice(room).map(nameOf);
      if (stopping !== null) {
        change({ waiting: waiting.length, untaken: [...state.untaken, ...untaken] });
        return null;
      }
      change({ ...IDLE, untaken });
      stopping = new AbortController();
      const only = await sendAll(stopping);
      change({ sending: null, waiting: 0, wasStopped: stopping.signal.aborted });
      waiting = [];
      stopping = null;
      return only;
    },
    stop: () => stopping?.abort(),
  };
}

function nameOf({ name }: File): string {
  return name.trim().slice(-MOST_NAME) || 'file';
}

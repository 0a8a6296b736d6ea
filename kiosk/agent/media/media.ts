import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ScreenMedia } from '@concierge/contract/kiosk/screen.ts';
import { isFilm, type MediaRef, MOST_ARRANGEMENT_MEDIA_BYTES } from '@concierge/contract/media.ts';
import type { ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import type { Logger } from 'pino';
import { signMediaRequest } from '../device/device-key.ts';
import type { DeviceIdentity } from '../device/identity.ts';
import { DEFAULT_DOWNLOAD_LIMITS, type DownloadFault, type DownloadLimits, downloadFile } from '../download/download.ts';
import { nextWaitMs } from '../sync/back-off.ts';
import {
  createFilmOpener,
  freeBytes,
  isMediaFile,
  isWholePart,
  keepPart,
  lyingFiles,
  MEDIA_FOLDER,
  makeMediaFolder,
  noteUse,
  type OpenFilm,
  partOf,
  readMediaFile,
  throwAway,
} from './media-files.ts';
import { mediaOf, mediaOfStored } from './named-media.ts';
import { filesToThrowAway } from './rules.ts';

/**
 * The pictures and films of the scenes, on this machine's disk.
 *
 * INVARIANTS
 * 1. A file has its name, which is its hash, only after its bytes were checked and are on disk; until then it is a part, and the next attempt goes on with it.
 * 2. Nothing is shown that this process has not read and found to be what the signed arrangement names; a picture is read and checked again each time it is handed out, a film when its file
 *    is not the one that was checked.
 * 3. One run at a time works on the folder, and one file at a time is on its way. Nobody waits for it: the screen leaves out what is not ready.
 * 4. What the present arrangement names is not thrown away.
 * 5. No state of the disk or of the network makes it throw.
 */
export interface MediaShelf {
  /** Of what the present arrangement names: the files that are whole. */
  ready(): readonly ScreenMedia[];
  /** Of what the present arrangement names: how many files it has tried to get and has not. */
  missing(): number;
  /** Says what is shown from now on; the same claims again change nothing. */
  want(claims: ScenesClaims | null): void;
  /** Who asks the cloud for what is missing. */
  connectAs(identity: Pick<DeviceIdentity, 'deviceId' | 'keyPem' | 'cloudUrl'>): void;
  /** The bytes of a picture that is ready; null for everything else. One that turns out damaged is fetched anew. */
  read(sha256: string): Promise<{ readonly bytes: Buffer; readonly type: string } | null>;
  /** A film that is ready, to be read in pieces; null for everything else. */
  openFilm(sha256: string): Promise<OpenFilm | null>;
  /** Leaves nothing of it on the disk; false when the disk does not let go of it. */
  erase(): boolean;
  stop(): void;
}

export interface MediaLimits {
  readonly budgetBytes: number;
  /** Left to everything else that this machine writes. */
  readonly reserveBytes: number;
  readonly download: DownloadLimits;
  /** Between attempts to get what is missing. */
  readonly retry: { readonly baseMs: number; readonly capMs: number };
  /** How often all that is ready is read and checked, whether or not somebody asks for it. */
  readonly checkEveryMs: number;
}

export const DEFAULT_MEDIA_LIMITS: MediaLimits = {
  // The present arrangement and the one before.
  budgetBytes: 2 * MOST_ARRANGEMENT_MEDIA_BYTES,
  reserveBytes: 128 * 1_048_576,
  download: { ...DEFAULT_DOWNLOAD_LIMITS, totalMs: 3_600_000 },
  retry: { baseMs: 15_000, capMs: 600_000 },
  checkEveryMs: 6 * 3_600_000,
};

/** A file that came wrong so often is left until another arrangement names it: a line that is paid by the megabyte must not carry it every ten minutes. */
const MOST_SPOILT = 5;

export function createMediaShelf(deps: {
  readonly dataDir: string;
  readonly limits: MediaLimits;
  /** The arrangements that lie in the cache, the one before among them. */
  storedScenes(): readonly string[];
  nowMs(): number;
  random(): number;
  onChange(): void;
  readonly logger: Logger;
}): MediaShelf {
  const folder = join(deps.dataDir, MEDIA_FOLDER);
  const { limits, logger } = deps;
  const openFilm = createFilmOpener(folder);
  let claims: ScenesClaims | null = null;
  let wanted: readonly MediaRef[] = [];
  let identity: Pick<DeviceIdentity, 'deviceId' | 'keyPem' | 'cloudUrl'> | null = null;
  const whole = new Set<string>();
  let shown: readonly ScreenMedia[] = [];
  let missing = 0;
  let running: Promise<void> | null = null;
  let again = false;
  let interrupting = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let waitMs = 0;
  let stopped = false;
  let erased = false;
  /** How often the bytes of a file were not what they should be. */
  const spoilt = new Map<string, number>();
  const checks = setInterval(() => void checkAll(), limits.checkEveryMs).unref();

  function show(): void {
    const next = wanted.filter(({ sha256 }) => whole.has(sha256)).map((media) => ({ ...media, url: `/media/${media.sha256}` }));
    if (JSON.stringify(next) === JSON.stringify(shown)) return;
    shown = next;
    deps.onChange();
  }

  function noteMissing(): void {
    const next = wanted.filter(({ sha256 }) => !whole.has(sha256)).length;
    if (next === missing) return;
    missing = next;
    deps.onChange();
  }

  /** Begins a run, or lets the present one be followed by another. */
  function wake(): void {
    clearTimeout(timer);
    if (stopped) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = run()
      .catch((error: unknown) => {
        logger.warn({ error }, 'the media could not be looked after; they are tried again');
        return false;
      })
      .then((complete) => {
        running = null;
        // What was under way may have made a file after the folder was emptied.
        if (erased) removeFolder();
        if (stopped) return;
        if (again) {
          again = false;
          wake();
          return;
        }
        noteMissing();
        if (complete) waitMs = 0;
        else {
          waitMs = nextWaitMs({ ...limits.retry, stableAfterMs: 1 }, waitMs, 0, deps.random());
          timer = setTimeout(wake, waitMs).unref();
        }
      });
  }

  /** Gets what is wanted, one after the other; true when nothing is missing. */
  async function run(): Promise<boolean> {
    const media = wanted;
    const { signal } = interrupting;
    if (media.length === 0) return true;
    await makeMediaFolder(folder);
    let complete = true;
    // What is here already is shown before anything is fetched.
    for (const one of media) {
      if (signal.aborted) return false;
      if (whole.has(one.sha256)) continue;
      if (!(await isMediaFile(folder, one))) continue;
      await noteUse(folder, one.sha256, deps.nowMs());
      hold(one, signal);
    }
    for (const one of media) {
      if (signal.aborted) return false;
      if (whole.has(one.sha256) || (spoilt.get(one.sha256) ?? 0) >= MOST_SPOILT) continue;
      const fault = await fetchOne(one, signal);
      if (signal.aborted) return false;
      if (fault === null) hold(one, signal);
      else {
        complete = false;
        if (fault === 'altered-bytes' || fault === 'lying-type') spoilt.set(one.sha256, (spoilt.get(one.sha256) ?? 0) + 1);
        logger.warn({ sha256: one.sha256, fault }, 'a file of the scenes is not here yet');
        // The next one would meet the same silence.
        if (fault === 'unreachable' || fault === 'nobody-to-ask') return false;
      }
    }
    return complete;
  }

  function hold({ sha256 }: MediaRef, signal: AbortSignal): void {
    if (signal.aborted) return;
    whole.add(sha256);
    show();
  }

  async function fetchOne(
    media: MediaRef,
    signal: AbortSignal,
  ): Promise<DownloadFault | 'no-room' | 'nobody-to-ask' | 'lying-type' | null> {
    if (identity === null) return 'nobody-to-ask';
    // Whatever lies there under its name is not it.
    await throwAway(folder, { sha256: media.sha256, isPart: false });
    if (!(await makeRoom(media))) return 'no-room';
    if (signal.aborted) return 'stopped';
    const file = partOf(folder, media.sha256);
    const downloaded = await downloadFile({
      url: new URL(`/api/kiosk/media/${media.sha256}`, identity.cloudUrl),
      headers: { authorization: signMediaRequest(identity, media.sha256) },
      file,
      bytes: media.bytes,
      sha256: media.sha256,
      stopping: signal,
      random: deps.random,
      limits: limits.download,
    });
    if (!downloaded.ok) return downloaded.error;
    if (await isWholePart(folder, media)) {
      await keepPart(folder, media.sha256);
      return null;
    }
    await throwAway(folder, { sha256: media.sha256, isPart: true });
    return 'lying-type';
  }

  async function makeRoom(media: MediaRef): Promise<boolean> {
    const files = await lyingFiles(folder);
    const begun = files.find(({ sha256, isPart }) => isPart && sha256 === media.sha256)?.bytes ?? 0;
    const going = filesToThrowAway(
      files,
      { now: wanted, before: deps.storedScenes().flatMap(mediaOfStored) },
      {
        budgetBytes: limits.budgetBytes,
        freeBytes: (await freeBytes(folder)) - limits.reserveBytes,
        neededBytes: Math.max(0, media.bytes - begun),
      },
    );
    for (const file of going ?? []) {
      if (!file.isPart) whole.delete(file.sha256);
      await throwAway(folder, file);
    }
    return going !== null;
  }

  function noteDamage(media: MediaRef): void {
    if (!whole.has(media.sha256) || stopped) return;
    logger.warn({ sha256: media.sha256 }, 'a file of the scenes is damaged; it is fetched anew');
    whole.delete(media.sha256);
    show();
    wake();
  }

  async function checkAll(): Promise<void> {
    for (const media of shown) if (!(await isMediaFile(folder, media))) noteDamage(media);
  }

  function removeFolder(): boolean {
    try {
      rmSync(folder, { recursive: true, force: true });
      return true;
    } catch (error) {
      logger.error({ error }, 'the media could not be erased');
      return false;
    }
  }

  /** Ends what is under way; what has arrived stays as a part. */
  function interrupt(): void {
    interrupting.abort();
    interrupting = new AbortController();
  }

  return {
    ready: () => shown,
    missing: () => missing,
    want(next) {
      if (next === claims) return;
      claims = next;
      erased = false;
      spoilt.clear();
      wanted = mediaOf(next);
      missing = 0;
      waitMs = 0;
      interrupt();
      show();
      wake();
    },
    connectAs(next) {
      identity = next;
      waitMs = 0;
      wake();
    },
    async read(sha256) {
      const media = shown.find((one) => one.sha256 === sha256);
      if (media === undefined || isFilm(media)) return null;
      const bytes = await readMediaFile(folder, media);
      if (bytes === null) noteDamage(media);
      return bytes === null ? null : { bytes, type: media.type };
    },
    async openFilm(sha256) {
      const media = shown.find((one) => one.sha256 === sha256);
      if (media === undefined || !isFilm(media)) return null;
      const film = await openFilm(media);
      if (film === null) noteDamage(media);
      return film;
    },
    erase() {
      interrupt();
      claims = null;
      wanted = [];
      missing = 0;
      identity = null;
      whole.clear();
      erased = true;
      show();
      return removeFolder();
    },
    stop() {
      stopped = true;
      interrupting.abort();
      clearTimeout(timer);
      clearInterval(checks);
    },
  };
}

import { useEffect, useRef } from 'react';
import { wordingOf } from '../../words/localized.ts';
import type { WidgetPlay, WidgetProps } from '../widget.ts';
import type { VideoSettings } from './schema.ts';
import { isStalled, type Progress, progressed } from './stall.ts';
import './video.css';

/** In the editor there may be no film yet, and then the box is drawn as one that waits for it; a lobby never comes here without one. */
export function Video({
  settings,
  facts,
  language,
  play,
}: WidgetProps<Omit<VideoSettings, 'media'> & { media: VideoSettings['media'] | null }>) {
  const url = settings.media === null ? null : facts.mediaUrl(settings.media.sha256);
  if (settings.media === null || url === null) return <div className="widget widget-video" data-waiting />;
  const alt = settings.alt === null ? null : wordingOf(settings.alt, language);
  return (
    <div className="widget widget-video" data-fit={settings.fit}>
      <Film
        key={url}
        url={url}
        sha256={settings.media.sha256}
        again={settings.plays === 'loop'}
        label={alt?.text ?? null}
        language={alt?.language}
        play={play}
      />
    </div>
  );
}

const LOOK_EVERY_MS = 500;

/** Stands at its first frame where nothing plays (an editor), and where whoever looks after the machine asked for less motion. */
function Film({
  url,
  sha256,
  again,
  label,
  language,
  play,
}: {
  readonly url: string;
  readonly sha256: string;
  readonly again: boolean;
  readonly label: string | null;
  readonly language: string | undefined;
  readonly play: WidgetPlay | null;
}) {
  const element = useRef<HTMLVideoElement>(null);
  const latest = useRef(play);
  useEffect(() => {
    latest.current = play;
  });

  // Before the effect that plays it. What leaves gives its decoder back at once and not when the collector finds it: a board has few.
  useEffect(() => {
    const film = element.current;
    if (film === null) return;
    film.src = url;
    return () => {
      film.pause();
      film.removeAttribute('src');
      film.load();
    };
  }, [url]);

  // A scene that follows itself begins a film anew that plays once, and lets one go on that goes round.
  const turn = play === null ? null : again ? 0 : play.turn;
  useEffect(() => {
    const film = element.current;
    if (film === null || turn === null) return;
    const stop = keepPlaying(film, {
      onEnd: () => latest.current?.onEnd(sha256),
      onFault: () => latest.current?.onFault(sha256),
    });
    return stop;
  }, [turn, sha256]);

  return (
    <video
      ref={element}
      muted
      playsInline
      loop={again}
      preload={play === null ? 'metadata' : 'auto'}
      disablePictureInPicture
      disableRemotePlayback
      tabIndex={-1}
      aria-hidden={label === null || undefined}
      aria-label={label ?? undefined}
      lang={language}
    />
  );
}

/** Plays it from the start and looks after it until the returned function is called. Of a fault is told once. */
function keepPlaying(film: HTMLVideoElement, told: { onEnd(): void; onFault(): void }): () => void {
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  let progress: Progress = { movedAtMs: performance.now(), positionSeconds: 0, frames: 0 };
  let over = false;
  const finish = (tell: () => void) => {
    if (over) return;
    over = true;
    clearInterval(timer);
    tell();
  };
  const ended = () => finish(told.onEnd);
  const failed = () => finish(told.onFault);
  const timer = setInterval(() => {
    const atMs = performance.now();
    // All that a film which stands still must do is come.
    const isThere = isStill && film.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    progress = isThere
      ? { ...progress, movedAtMs: atMs }
      : progressed(progress, { atMs, positionSeconds: film.currentTime, frames: framesDrawn(film) });
    if (isStalled(progress, atMs)) failed();
  }, LOOK_EVERY_MS);
  film.addEventListener('ended', ended);
  film.addEventListener('error', failed);
  film.muted = true;
  film.currentTime = 0;
  if (!isStill) {
    film.play().catch((reason: unknown) => {
      // It was taken away before it began.
      if (!(reason instanceof DOMException && reason.name === 'AbortError')) failed();
    });
  }
  return () => {
    over = true;
    clearInterval(timer);
    film.removeEventListener('ended', ended);
    film.removeEventListener('error', failed);
  };
}

function framesDrawn(film: HTMLVideoElement): number {
  const { totalVideoFrames, droppedVideoFrames } = film.getVideoPlaybackQuality();
  return totalVideoFrames - droppedVideoFrames;
}

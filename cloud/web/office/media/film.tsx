import type { Media } from '@concierge/contract/http/media.ts';
import { IconMovie } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n.ts';
import { fileUrl } from './queries.ts';

/** Minutes and seconds, as players write them. */
export function playingTime(durationMs: number): string {
  const seconds = Math.max(1, Math.floor(durationMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

type Film = Extract<Media, { readonly durationMs: number }>;

/** Its first frame. The file is asked for when it is looked at, and only its beginning. */
export function FilmPoster({ film }: { film: Film }) {
  const place = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState(false);
  const [unreadable, setUnreadable] = useState(false);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => setSeen((before) => before || entries.some((entry) => entry.isIntersecting)));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <span ref={place} className="media-film">
      {seen && !unreadable ? (
        <video
          src={fileUrl(film.sha256)}
          preload="metadata"
          muted
          playsInline
          tabIndex={-1}
          aria-hidden
          onError={() => setUnreadable(true)}
        />
      ) : (
        <IconMovie size={32} stroke={1.5} aria-hidden />
      )}
    </span>
  );
}

/** The film with the browser's own controls; a browser that cannot decode it says so, and screens may still play it. */
export function FilmPlayer({ film }: { film: Film }) {
  const { t } = useWords();
  const [unreadable, setUnreadable] = useState(false);
  return (
    <figure className="media-player">
      {unreadable ? (
        <p className="muted">{t('media.unreadable')}</p>
      ) : (
        <video
          src={fileUrl(film.sha256)}
          controls
          muted
          playsInline
          preload="metadata"
          aria-label={t('media.player', { name: film.name })}
          onError={() => setUnreadable(true)}
        />
      )}
      <figcaption className="muted">
        {t('media.filmAbout', { length: playingTime(film.durationMs), width: film.width, height: film.height })}
      </figcaption>
    </figure>
  );
}

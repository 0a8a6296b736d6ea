import { FilmRef, isFilm, type MediaRef, PictureRef } from '@concierge/contract/media.ts';
import { Button } from '@mantine/core';
import { IconMovie, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { FilmPlayer } from './film.tsx';
import { fileUrl, mediaQuery, refOf } from './queries.ts';
import './media.css';

const MediaDialog = fetchedLater(() => import('./media-dialog.tsx').then((file) => file.MediaDialog));

/** Which picture, or which film, of the library a widget shows. */
export function MediaField({
  label,
  of,
  value,
  fault,
  onChange,
}: {
  label: string;
  of: 'picture' | 'film';
  value: unknown;
  fault: string | undefined;
  onChange(media: MediaRef): void;
}) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const { data: library } = useQuery(mediaQuery);
  const parsed = of === 'film' ? FilmRef.safeParse(value) : PictureRef.safeParse(value);
  const media = parsed.success ? parsed.data : null;
  const known = library?.items.find(({ sha256 }) => sha256 === media?.sha256);
  const about =
    media === null
      ? t(`media.${of}.noneChosen`)
      : library !== undefined && known === undefined
        ? t(`media.${of}.gone`)
        : (known?.name ?? '');
  const Icon = of === 'film' ? IconMovie : IconPhoto;
  return (
    <div role="group" aria-label={label} className="media-field">
      <span className="media-field-label">{label}</span>
      {known !== undefined && (isFilm(known) ? <FilmPlayer key={known.sha256} film={known} /> : <img src={fileUrl(known.sha256)} alt="" />)}
      <p className={fault === undefined ? 'muted' : 'word-alert'}>{known === undefined ? about : (fault ?? about)}</p>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon size={16} aria-hidden />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {t(media === null ? `media.${of}.choose` : `media.${of}.change`)}
      </Button>
      {open && (
        <MediaDialog
          of={of}
          chosen={media?.sha256 ?? null}
          onClose={() => setOpen(false)}
          onChoose={(chosen) => {
            onChange(refOf(chosen));
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

import { MediaRef } from '@concierge/contract/media.ts';
import { Button } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { mediaQuery, pictureUrl } from './queries.ts';
import './media.css';

const MediaDialog = fetchedLater(() => import('./media-dialog.tsx').then((file) => file.MediaDialog));

/** Which picture of the library a widget shows. */
export function MediaField({
  label,
  value,
  fault,
  onChange,
}: {
  label: string;
  value: unknown;
  fault: string | undefined;
  onChange(media: MediaRef): void;
}) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const { data: library } = useQuery(mediaQuery);
  const parsed = MediaRef.safeParse(value);
  const media = parsed.success ? parsed.data : null;
  const known = library?.items.find(({ sha256 }) => sha256 === media?.sha256);
  const about =
    media === null ? t('media.noneChosen') : library !== undefined && known === undefined ? t('media.gone') : (known?.name ?? '');
  return (
    <div role="group" aria-label={label} className="media-field">
      <span className="media-field-label">{label}</span>
      {known !== undefined && <img src={pictureUrl(known.sha256)} alt="" />}
      <p className={fault === undefined ? 'muted' : 'word-alert'}>{about}</p>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPhoto size={16} aria-hidden />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {t(media === null ? 'media.choose' : 'media.change')}
      </Button>
      {open && (
        <MediaDialog
          chosen={media?.sha256 ?? null}
          onClose={() => setOpen(false)}
          onChoose={({ sha256, type, bytes }) => {
            onChange({ sha256, type, bytes });
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

import type { Media, MediaList } from '@concierge/contract/http/media.ts';
import { FilmType, isFilm, MOST_MEDIA, PictureType } from '@concierge/contract/media.ts';
import { ActionIcon, Button, FileButton, Progress, Stack } from '@mantine/core';
import { IconTrash, IconUpload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { Dialog } from '../pieces/dialog.tsx';
import { useFocusBack } from '../pieces/focus-back.ts';
import { Notice } from '../pieces/notice.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { FeatureLock } from '../plan/feature-lock.tsx';
import { useHasFeature } from '../plan/queries.ts';
import { queryKeys } from '../query-keys.ts';
import { useMay } from '../session/session.ts';
import { FilmPoster, playingTime } from './film.tsx';
import { fileUrl, mediaQuery, removeMedia } from './queries.ts';
import { MOST_WAITING } from './upload-queue.ts';
import { type Uploads, useUploads } from './use-uploads.ts';
// Bars are drawn nowhere else in the office.
import '@mantine/core/styles/Progress.css';
import './media.css';

const MIB = 1_048_576;

export type MediaKind = 'picture' | 'film';

/** The office's pictures, or its films: to choose one from, to add to, to delete from. */
export function MediaDialog({
  of,
  chosen,
  onChoose,
  onClose,
}: {
  of: MediaKind;
  chosen: string | null;
  onChoose(media: Media): void;
  onClose(): void;
}) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const mayWrite = useMay('device:write');
  const mayAdd = useHasFeature()('pictures');
  const { data: library, error, refetch } = useQuery(mediaQuery);
  const uploads = useUploads();
  const items = library?.items.filter((media) => kindOf(media) === of);
  // Past the question whether to delete, which takes the library's place while it is asked.
  useFocusBack();
  const [removing, setRemoving] = useState<Media | null>(null);
  const send = async (files: readonly File[]) => {
    const only = await uploads.send(files);
    // Whoever adds one picture wants this one; who adds many chooses among them.
    if (only !== null && kindOf(only) === of) onChoose(only);
  };

  if (removing !== null) {
    return (
      <ConfirmDialog
        title={t(`media.${of}.removeTitle`)}
        confirmLabel={t('media.removeConfirm')}
        onClose={() => setRemoving(null)}
        onConfirm={async () => {
          await removeMedia(removing.sha256);
          await queryClient.invalidateQueries({ queryKey: queryKeys.media });
          setRemoving(null);
        }}
      >
        <p>{t(`media.${of}.removeConsequence`, { name: removing.name })}</p>
      </ConfirmDialog>
    );
  }
  return (
    <Dialog title={t(`media.${of}.title`)} closesBeside={uploads.sending === null} onClose={onClose}>
      <Stack gap="md">
        {mayWrite && mayAdd && <UploadPlace of={of} uploads={uploads} onFiles={(files) => void send(files)} />}
        {mayWrite && !mayAdd && <FeatureLock feature="pictures" />}
        {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
        {library === undefined && error === null && <ListSkeleton rows={3} />}
        {items?.length === 0 && <EmptyState title={t(`media.${of}.none`)} text={t(`media.${of}.noneHint`)} />}
        {items !== undefined && items.length > 0 && (
          <ul className="media-grid" aria-label={t(`media.${of}.list`)}>
            {items.map((media) => (
              <li key={media.sha256}>
                <button
                  type="button"
                  className="media-pick"
                  aria-pressed={media.sha256 === chosen}
                  aria-label={nameOf(media, t)}
                  onClick={() => onChoose(media)}
                >
                  {isFilm(media) ? <FilmPoster film={media} /> : <img src={fileUrl(media.sha256)} alt="" loading="lazy" decoding="async" />}
                  <span className="media-name">{media.name}</span>
                  {isFilm(media) && <span className="media-length"> {playingTime(media.durationMs)}</span>}
                </button>
                {mayWrite && (
                  <ActionIcon
                    className="media-remove"
                    variant="default"
                    aria-label={t('media.remove', { name: media.name })}
                    onClick={() => setRemoving(media)}
                  >
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                )}
              </li>
            ))}
          </ul>
        )}
        {library !== undefined && <Quota library={library} />}
      </Stack>
    </Dialog>
  );
}

function kindOf(media: Media): MediaKind {
  return isFilm(media) ? 'film' : 'picture';
}

function nameOf(media: Media, t: ReturnType<typeof useWords>['t']): string {
  const { name, width, height } = media;
  return isFilm(media)
    ? t('media.film.pick', { name, width, height, length: playingTime(media.durationMs) })
    : t('media.picture.pick', { name, width, height });
}

const ACCEPTED = { picture: PictureType.options.join(','), film: [...FilmType.options, 'video/quicktime'].join(',') };

function UploadPlace({ of, uploads, onFiles }: { of: MediaKind; uploads: Uploads; onFiles(files: readonly File[]): void }) {
  const { t, language } = useWords();
  const [over, setOver] = useState(false);
  const { sending, waiting, failed, untaken, added, wasStopped } = uploads;
  const hold = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div
      className="media-drop"
      data-over={over || undefined}
      onDragOver={hold}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {sending === null ? (
        <>
          <FileButton multiple accept={ACCEPTED[of]} onChange={(files) => onFiles(files)}>
            {(props) => (
              <Button {...props} variant="default" leftSection={<IconUpload size={16} aria-hidden />}>
                {t('media.upload')}
              </Button>
            )}
          </FileButton>
          <p className="muted">{t(`media.${of}.dropHint`)}</p>
        </>
      ) : (
        <>
          <p>{t(sending.share < 1 ? 'media.sending' : 'media.checking', { name: sending.name })}</p>
          <Progress value={Math.round(sending.share * 100)} aria-label={t('media.sending', { name: sending.name })} />
          {waiting > 0 && <p className="muted">{t('media.waiting', { count: waiting })}</p>}
          <Button variant="default" size="compact-sm" onClick={uploads.stop}>
            {t('media.cancelSending')}
          </Button>
        </>
      )}
      <p className="visually-hidden" role="status">
        {added === null ? (wasStopped ? t('media.stopped') : '') : t('media.added', { name: added.name })}
      </p>
      {untaken.length > 0 && <UntakenNotice names={untaken} />}
      {failed.map(({ name, problem }, index) => (
        <Notice key={index} tone="alert">
          <strong>{t('media.failed', { name })}</strong> {problemWords(problem, language)}
        </Notice>
      ))}
    </div>
  );
}

const MOST_UNTAKEN_NAMES = 5;

/** Which files were left behind, so that they can be added later. */
function UntakenNotice({ names }: { names: readonly string[] }) {
  const { t } = useWords();
  const first = names.slice(0, MOST_UNTAKEN_NAMES).join(', ');
  const more = names.length - MOST_UNTAKEN_NAMES;
  return (
    <Notice tone="alert">
      <strong>{t('media.untaken', { count: names.length })}</strong>{' '}
      {more > 0 ? t('media.untakenMore', { names: first, count: more }) : t('media.untakenAll', { names: first })}{' '}
      {t('media.untakenWhy', { most: MOST_WAITING })}
    </Notice>
  );
}

function Quota({ library: { items, usedBytes, quotaBytes } }: { library: MediaList }) {
  const { t, language } = useWords();
  const inMib = (bytes: number) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / MIB);
  const words = t('media.used', { used: inMib(usedBytes), quota: inMib(quotaBytes), count: items.length, most: MOST_MEDIA });
  return (
    <div>
      <Progress value={Math.min(100, (usedBytes * 100) / quotaBytes)} aria-label={words} size="sm" />
      <p className="muted media-quota">{words}</p>
    </div>
  );
}

import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { featuresNeeded } from '@concierge/contract/plans.ts';
import { Button } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconChevronLeft, IconDeviceDesktop, IconHistory } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { mediaQuery } from '../media/queries.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { FeatureLock } from '../plan/feature-lock.tsx';
import { useHasFeature } from '../plan/queries.ts';
import { useMay } from '../session/session.ts';
import { missingFiles } from './missing-files.ts';
import { ProgrammeMenu } from './programme-menu.tsx';
import { programmeQuery } from './queries.ts';
import { SaveLine } from './save-line.tsx';
import { SceneEditor } from './scene-editor.tsx';
import { useScreenCount } from './screen-count.ts';
import { type ProgrammeDraft, useProgrammeDraft } from './use-programme-draft.ts';
// Boxes to tick are drawn nowhere else in the office.
import './editor.css';

const route = getRouteApi('/shell/programmes/$configId');
const AssignDialog = fetchedLater(() => import('./assign-dialog.tsx').then((file) => file.AssignDialog));
const CopyDialog = fetchedLater(() => import('./copy-dialog.tsx').then((file) => file.CopyDialog));
const HistoryDialog = fetchedLater(() => import('./history-dialog.tsx').then((file) => file.HistoryDialog));
const PublishDialog = fetchedLater(() => import('./publish-dialog.tsx').then((file) => file.PublishDialog));

const RenameDialog = fetchedLater(() => import('./rename-dialog.tsx').then((file) => file.RenameDialog));

/** Where a programme is arranged. */
export function EditorScreen() {
  const { t } = useWords();
  const { configId } = route.useParams();
  const { data: config, error, refetch } = useQuery(programmeQuery(configId));
  // Once it is read nothing takes it off the screen again: it may hold work that is nowhere else.
  const isGone = error instanceof ApiProblem && error.code === 'not-found';
  if (config !== undefined) return <Editor key={configId} config={config} isGone={isGone} />;
  if (error === null) return <ListSkeleton />;
  if (isGone || (error instanceof ApiProblem && error.status === 400))
    return <EmptyState wholeScreen title={t('programme.unknown')} action={<Link to="/programmes">{t('programme.back')}</Link>} />;
  return <ReadProblem problem={error} onRetry={() => void refetch()} />;
}

function Editor({ config, isGone }: { config: DisplayConfig; isGone: boolean }) {
  const { t } = useWords();
  const toast = useToast();
  const queryClient = useQueryClient();
  const mayWrite = useMay('device:write');
  const programme = useProgrammeDraft(config, isGone);
  const [opened, setOpened] = useState<'assign' | 'copy' | 'history' | 'publish' | 'rename' | null>(null);
  useUndoKeys(programme);
  const isSaved = programme.save.kind === 'saved';
  const isBehind = isSaved && programme.version < config.version;
  const close = () => setOpened(null);
  const takeBack = async (taken: DisplayConfig, revision: number) => {
    const library = await queryClient.fetchQuery({ ...mediaQuery, staleTime: 0 }).catch(() => null);
    const missing = library === null ? [] : missingFiles(taken.draft, library);
    programme.take(taken);
    toast({ text: t('programme.reverted', { revision }) });
    if (missing.length > 0) toast({ tone: 'alert', text: t('programme.revertedWithout', { count: missing.length }) });
    close();
  };
  return (
    <div className="editor">
      <Link to="/programmes" className="editor-back">
        <IconChevronLeft size={16} aria-hidden />
        {t('programme.back')}
      </Link>
      <ScreenHeader
        title={config.name}
        about={<State config={config} />}
        actions={
          <>
            {mayWrite && <Steps programme={programme} />}
            <Button
              variant="default"
              leftSection={<IconHistory size={18} aria-hidden />}
              aria-haspopup="dialog"
              onClick={() => setOpened('history')}
            >
              {t('programme.history')}
            </Button>
            {mayWrite && (
              <>
                <Button
                  variant="default"
                  leftSection={<IconDeviceDesktop size={18} aria-hidden />}
                  aria-haspopup="dialog"
                  onClick={() => setOpened('assign')}
                >
                  {t('programme.assign')}
                </Button>
                <Button
                  disabled={!isSaved || isBehind || programme.faults.size > 0 || (!config.hasChanges && config.published !== null)}
                  aria-haspopup="dialog"
                  onClick={() => setOpened('publish')}
                >
                  {t('programme.publish')}
                </Button>
                <ProgrammeMenu
                  name={config.name}
                  disabled={!isSaved || isBehind}
                  onRename={() => setOpened('rename')}
                  onCopy={() => setOpened('copy')}
                />
              </>
            )}
          </>
        }
      />
      <LeftOut programme={programme} />
      {mayWrite ? (
        <SaveLine programme={programme} config={config} />
      ) : (
        <Notice>{t(isGone ? 'programme.gone' : 'programme.readOnly')}</Notice>
      )}
      {/* The reply to what is done in a dialog may come after the news of it. */}
      {isBehind && opened === null && <Behind onLoad={() => programme.take(config)} />}
      <SceneEditor programme={programme} config={config} readOnly={!mayWrite} />
      {opened === 'assign' && (
        <AssignDialog
          config={config}
          onClose={close}
          onDone={({ deviceIds, deviceCount, screenWidthsMm }) => {
            // Of the row only this: its draft and version may be somebody else's by now, which the next save has to meet.
            queryClient.setQueryData(
              programmeQuery(config.id).queryKey,
              (old) => old && { ...old, deviceIds, deviceCount, screenWidthsMm },
            );
            toast({ text: t('programme.assigned') });
            close();
          }}
        />
      )}
      {opened === 'history' && (
        <HistoryDialog
          config={config}
          version={programme.version}
          mayRevert={mayWrite && isSaved && !isBehind}
          onClose={close}
          onReverted={(taken, revision) => void takeBack(taken, revision)}
        />
      )}
      {opened === 'rename' && (
        <RenameDialog programme={{ ...config, version: programme.version }} onClose={close} onDone={programme.versioned} />
      )}
      {opened === 'copy' && <CopyDialog configId={config.id} name={config.name} onClose={close} />}
      {opened === 'publish' && (
        <PublishDialog
          config={config}
          draft={programme.draft}
          version={programme.version}
          onClose={close}
          onDone={(published) => {
            programme.versioned(published);
            toast({ text: t('programme.publishDone') });
            close();
          }}
        />
      )}
    </div>
  );
}

/** Back, and forth again. */
function Steps({ programme }: { programme: ProgrammeDraft }) {
  const { t } = useWords();
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconArrowBackUp size={18} aria-hidden />}
        disabled={!programme.mayUndo}
        aria-keyshortcuts="Control+Z Meta+Z"
        onClick={programme.undo}
      >
        {t('programme.undo')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconArrowForwardUp size={18} aria-hidden />}
        disabled={!programme.mayRedo}
        aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
        onClick={programme.redo}
      >
        {t('programme.redo')}
      </Button>
    </>
  );
}

/** Somebody else changed what is on the screen, where nothing is lost by either. */
function Behind({ onLoad }: { onLoad(): void }) {
  const { t } = useWords();
  return (
    <Notice
      actions={
        <Button variant="default" onClick={onLoad}>
          {t('conflict.loadTheirs')}
        </Button>
      }
    >
      {t('conflict.title')}
    </Notice>
  );
}

function State({ config: { published, hasChanges, deviceCount } }: { config: DisplayConfig }) {
  const { t } = useWords();
  const screenCount = useScreenCount();
  const state =
    published === null
      ? t('programme.unpublished')
      : t(hasChanges ? 'programme.publishedWithChanges' : 'programme.published', { revision: published.revision });
  return `${state} · ${screenCount(deviceCount)}`;
}

/** What the draft has of a fuller plan: nobody sees it in the lobby, and nobody has to guess why. */
function LeftOut({ programme: { draft } }: { programme: ProgrammeDraft }) {
  const { t } = useWords();
  const has = useHasFeature();
  const lacking = featuresNeeded(draft).filter((feature) => !has(feature));
  if (lacking.length === 0) return null;
  return (
    <Notice>
      {lacking.map((feature) => (
        <FeatureLock key={feature} feature={feature} />
      ))}
      {t('plan.keptInDraft', { features: lacking.map((feature) => t(`plan.feature.${feature}.name`)).join(', ') })}
    </Notice>
  );
}

/** Ctrl+Z and Ctrl+Shift+Z, by the place of the key: on a Greek keyboard it writes «ζ». Not inside a text that has an undo of its own, nor behind a dialog. */
function useUndoKeys({ undo, redo }: Pick<ProgrammeDraft, 'undo' | 'redo'>): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.code !== 'KeyZ' || !(event.ctrlKey || event.metaKey)) return;
      const { target } = event;
      if (target instanceof Element && target.closest('textarea, input:not([type="checkbox"], [type="radio"]), [role="dialog"]') !== null)
        return;
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [undo, redo]);
}

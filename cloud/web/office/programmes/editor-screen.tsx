import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { featuresNeeded } from '@concierge/contract/plans.ts';
import { Button } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconChevronLeft, IconDeviceDesktop, IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiProblem, problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { FeatureLock } from '../plan/feature-lock.tsx';
import { useHasFeature } from '../plan/queries.ts';
import { useMay } from '../session/session.ts';
import { programmeQuery } from './queries.ts';
import { SceneEditor } from './scene-editor.tsx';
import { type ProgrammeDraft, useProgrammeDraft } from './use-programme-draft.ts';
import './editor.css';

const route = getRouteApi('/shell/programmes/$configId');
const AssignDialog = fetchedLater(() => import('./assign-dialog.tsx').then((file) => file.AssignDialog));
const HistoryDialog = fetchedLater(() => import('./history-dialog.tsx').then((file) => file.HistoryDialog));
const PublishDialog = fetchedLater(() => import('./publish-dialog.tsx').then((file) => file.PublishDialog));

/** Where a programme is arranged. */
export function EditorScreen() {
  const { t } = useWords();
  const { configId } = route.useParams();
  const { data: config, error, refetch } = useQuery(programmeQuery(configId));
  if (error instanceof ApiProblem && (error.code === 'not-found' || error.status === 400))
    return <EmptyState wholeScreen title={t('programme.unknown')} action={<Link to="/programmes">{t('programme.back')}</Link>} />;
  if (error !== null) return <ReadProblem problem={error} onRetry={() => void refetch()} />;
  if (config === undefined) return <ListSkeleton />;
  return <Editor key={configId} config={config} />;
}

function Editor({ config }: { config: DisplayConfig }) {
  const { t } = useWords();
  const toast = useToast();
  const mayWrite = useMay('device:write');
  const programme = useProgrammeDraft(config);
  const [opened, setOpened] = useState<'assign' | 'history' | 'publish' | null>(null);
  useUndoKeys(programme);
  const isSaved = programme.save.kind === 'saved';
  const close = () => setOpened(null);
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
            <Button
              variant="default"
              leftSection={<IconHistory size={18} aria-hidden />}
              aria-haspopup="dialog"
              onClick={() => setOpened('history')}
            >
              {t('programme.history')}
            </Button>
            {mayWrite && (
              <Button
                variant="default"
                leftSection={<IconDeviceDesktop size={18} aria-hidden />}
                aria-haspopup="dialog"
                onClick={() => setOpened('assign')}
              >
                {t('programme.assign')}
              </Button>
            )}
            {mayWrite && (
              <Button
                disabled={!isSaved || (!config.hasChanges && config.published !== null)}
                aria-haspopup="dialog"
                onClick={() => setOpened('publish')}
              >
                {t('programme.publish')}
              </Button>
            )}
          </>
        }
      />
      <LeftOut programme={programme} />
      <SaveLine programme={programme} />
      <SceneEditor programme={programme} buildingId={config.buildingId} />
      {opened === 'assign' && (
        <AssignDialog
          config={config}
          onClose={close}
          onDone={(taken) => {
            programme.take({ ...taken, draft: programme.draft });
            toast({ text: t('programme.assigned') });
            close();
          }}
        />
      )}
      {opened === 'history' && (
        <HistoryDialog
          config={config}
          version={programme.version}
          mayRevert={mayWrite && isSaved}
          onClose={close}
          onReverted={(taken, revision) => {
            programme.take(taken);
            toast({ text: t('programme.reverted', { revision }) });
            close();
          }}
        />
      )}
      {opened === 'publish' && (
        <PublishDialog
          config={config}
          version={programme.version}
          onClose={close}
          onDone={(taken) => {
            programme.take(taken);
            toast({ text: t('programme.publishDone') });
            close();
          }}
        />
      )}
    </div>
  );
}

function State({ config: { published, hasChanges, deviceCount } }: { config: DisplayConfig }) {
  const { t } = useWords();
  const state =
    published === null
      ? t('programme.unpublished')
      : t(hasChanges ? 'programme.publishedWithChanges' : 'programme.published', { revision: published.revision });
  return `${state} · ${deviceCount === 0 ? t('programme.noScreens') : t('programme.screens', { count: deviceCount })}`;
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

/** Whether what is seen is also kept, and what to do when it is not. */
function SaveLine({ programme }: { programme: ProgrammeDraft }) {
  const { t, language } = useWords();
  const { save, faults } = programme;
  if (save.kind === 'conflict') {
    return (
      <Notice
        tone="alert"
        actions={
          <>
            <Button variant="default" onClick={() => programme.take(save.theirs)}>
              {t('conflict.loadTheirs')}
            </Button>
            <Button color="alert" onClick={() => programme.overwrite(save.theirs)}>
              {t('conflict.overwrite')}
            </Button>
          </>
        }
      >
        <strong>{t('conflict.title')}</strong> {t('conflict.kept')}
      </Notice>
    );
  }
  if (save.kind === 'failed') {
    return (
      <Notice
        tone="alert"
        actions={
          <Button variant="default" onClick={programme.retry}>
            {t('retry')}
          </Button>
        }
      >
        <strong>{t('programme.save.failed')}.</strong> {problemWords(save.problem, language)}
      </Notice>
    );
  }
  // A new scene begins empty: that is no mistake yet, only not the end.
  const empty = programme.draft.scenes.find((_, index) => faults.has(`scenes.${index}.view`));
  if (empty !== undefined && [...faults].every((path) => /^scenes\.\d+\.view$/.test(path))) {
    return (
      <p className="editor-save muted" role="status">
        {t('programme.emptyScene', { scene: localized(empty.name, language) })}
      </p>
    );
  }
  return (
    <p className={faults.size > 0 ? 'editor-save word-alert' : 'editor-save muted'} role="status">
      {faults.size > 0 ? t('programme.faults', { count: faults.size }) : t(`programme.save.${save.kind}`)}
    </p>
  );
}

/** Ctrl+Z and Ctrl+Shift+Z, but not inside a field that has an undo of its own. */
function useUndoKeys({ undo, redo }: Pick<ProgrammeDraft, 'undo' | 'redo'>): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [undo, redo]);
}

import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { newIdempotencyKey } from '../../ui/api/client.ts';
import { ApiProblem, problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { Notice } from '../pieces/notice.tsx';
import { type DraftFaults, largestScenes, linesOf } from './draft-faults.ts';
import { createProgramme } from './queries.ts';
import type { ProgrammeDraft } from './use-programme-draft.ts';

/** Whether what is seen is also kept, and what to do when it is not. */
export function SaveLine({ programme, config }: { programme: ProgrammeDraft; config: DisplayConfig }) {
  const { t, language } = useWords();
  const { save, faults, draft } = programme;
  if (save.kind === 'gone') return <Gone programme={programme} config={config} />;
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
        <strong>{t('programme.save.failed')}.</strong>{' '}
        {isTooLarge(save.problem)
          ? t('programme.tooLarge', {
              scenes: largestScenes(draft)
                .map(({ name }) => localized(name, language))
                .join(', '),
            })
          : problemWords(save.problem, language)}
        <Refused draft={draft} faults={faults} />
      </Notice>
    );
  }
  // A new scene begins empty: that is no mistake yet, only not the end.
  const empty = draft.scenes.find((_, index) => faults.has(`scenes.${index}.view`));
  if (empty !== undefined && [...faults.keys()].every((path) => /^scenes\.\d+\.view$/.test(path))) {
    return (
      <p className="editor-save muted" role="status">
        {t('programme.emptyScene', { scene: localized(empty.name, language) })}
      </p>
    );
  }
  return (
    <div className="editor-save">
      <p className={faults.size > 0 ? 'word-alert' : 'muted'} role="status">
        {faults.size === 0
          ? t(`programme.save.${save.kind}`)
          : t(save.kind === 'saved' ? 'programme.faultsToPublish' : 'programme.faults', { count: faults.size })}
      </p>
      <Refused draft={draft} faults={faults} />
    </div>
  );
}

function isTooLarge(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.code === 'too-large';
}

/** What the server found wrong, with the scene it is in. */
function Refused({ draft, faults }: { draft: SceneList; faults: DraftFaults }) {
  const { language } = useWords();
  const lines = linesOf(faults, draft, language);
  if (lines.length === 0) return null;
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** Somebody deleted the programme while it was worked on: what is on the screen can begin another. */
function Gone({ programme: { draft, faults }, config: { name, buildingId } }: { programme: ProgrammeDraft; config: DisplayConfig }) {
  const { t, language } = useWords();
  const navigate = useNavigate();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const saveAnew = async () => {
    setBusy(true);
    try {
      const { id } = await createProgramme({ name, buildingId, draft }, idempotencyKey);
      await navigate({ to: '/programmes/$configId', params: { configId: id }, ignoreBlocker: true });
    } catch (failed) {
      setProblem(failed);
      setBusy(false);
    }
  };
  return (
    <Notice
      tone="alert"
      actions={
        <Button variant="default" loading={busy} disabled={faults.size > 0} onClick={() => void saveAnew()}>
          {t('programme.saveAnew')}
        </Button>
      }
    >
      <strong>{t('programme.gone')}</strong> {t('programme.goneKept')} {problem !== null && problemWords(problem, language)}
    </Notice>
  );
}

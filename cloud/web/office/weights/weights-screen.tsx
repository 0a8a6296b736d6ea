import type { Apartment } from '@concierge/contract/http/apartments.ts';
import type { WeightTable, WeightTableKind } from '@concierge/contract/http/weight-tables.ts';
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ApiProblem, problemWords } from '../../ui/api/problem.ts';
import { apartmentsQuery } from '../apartments/queries.ts';
import { useWords } from '../i18n.ts';
import { useLeaveGuard } from '../pieces/leave-guard.ts';
import { Notice } from '../pieces/notice.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { useMay } from '../session/session.ts';
import { readWeightTables, replaceWeightTable, weightTablesQuery } from './queries.ts';
import { bodyOf, changedKinds, draftOf, unreadableRemaining, withTable } from './weight-draft.ts';
import { WeightGrid } from './weight-grid.tsx';
import { columnState } from './weight-rules.ts';

const route = getRouteApi('/shell/buildings/$buildingId/weights');

export function WeightsScreen() {
  const { t } = useWords();
  const { buildingId } = route.useParams();
  const apartments = useQuery(apartmentsQuery(buildingId));
  const tables = useQuery(weightTablesQuery(buildingId));
  const failed = apartments.error ?? tables.error;
  const sorted = useMemo(() => apartments.data?.toSorted((left, right) => left.position - right.position), [apartments.data]);
  return (
    <>
      <ScreenHeader title={t('weights.title')} about={t('weights.about')} />
      {failed !== null && (
        <ReadProblem
          problem={failed}
          onRetry={() => {
            void apartments.refetch();
            void tables.refetch();
          }}
        />
      )}
      {failed === null && (sorted === undefined || tables.data === undefined) && <ListSkeleton rows={8} />}
      {sorted?.length === 0 && (
        <EmptyState
          title={t('apartment.none')}
          text={t('weights.needApartments')}
          action={
            <Link to="/buildings/$buildingId/apartments" params={{ buildingId }}>
              {t('apartment.many')}
            </Link>
          }
        />
      )}
      {sorted !== undefined && sorted.length > 0 && tables.data !== undefined && (
        <Editor key={buildingId} buildingId={buildingId} apartments={sorted} tables={tables.data} />
      )}
    </>
  );
}

function Editor({
  buildingId,
  apartments,
  tables,
}: {
  buildingId: string;
  apartments: readonly Apartment[];
  tables: readonly WeightTable[];
}) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const mayWrite = useMay('building:write');
  // What the draft was made from. News from others wait here until nothing is being edited, so that no typed number is lost.
  const [read, setRead] = useState(() => draftOf(tables));
  const [draft, setDraft] = useState(read);
  const [seen, setSeen] = useState(tables);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [conflicts, setConflicts] = useState<readonly { kind: WeightTableKind; theirs: WeightTable }[]>([]);

  const ids = useMemo(() => apartments.map((apartment) => apartment.id), [apartments]);
  const changed = changedKinds(draft, read, ids);
  if (tables !== seen && changed.length === 0 && !saving) {
    setSeen(tables);
    setRead(draftOf(tables));
    setDraft(draftOf(tables));
  }
  const faulty = changed.filter((kind) => columnState(draft.cells[kind], ids, draft.totals[kind]).state.kind !== 'exact');
  const fiFaulty = changed.includes('heating') && unreadableRemaining(draft, ids).length > 0;
  const maySave = changed.length > 0 && faulty.length === 0 && !fiFaulty;

  useLeaveGuard({ isUnsaved: changed.length > 0, question: t('weights.leave') });

  const save = async (kinds: readonly WeightTableKind[], from = draft) => {
    setSaving(true);
    setProblem(null);
    const met: { kind: WeightTableKind; theirs: WeightTable }[] = [];
    let saved = 0;
    try {
      for (const kind of kinds) {
        try {
          const table = await replaceWeightTable(buildingId, kind, bodyOf(from, kind, ids));
          const fresh = draftOf([table]);
          setRead((old) => withTable(old, kind, fresh));
          setDraft((old) => withTable(old, kind, fresh));
          saved += 1;
        } catch (failed) {
          if (!(failed instanceof ApiProblem) || failed.code !== 'version-conflict') throw failed;
          const theirs = (await readWeightTables(buildingId)).find((table) => table.kind === kind);
          if (theirs !== undefined) met.push({ kind, theirs });
        }
      }
      if (saved > 0) toast({ text: t('weights.saved', { count: saved }) });
    } catch (failed) {
      setProblem(failed);
    } finally {
      setConflicts(met);
      setSaving(false);
      void queryClient.invalidateQueries({ queryKey: queryKeys.weightTables(buildingId) });
    }
  };

  const loadTheirs = (theirs: readonly WeightTable[]) => {
    const fresh = draftOf(theirs);
    const kinds = theirs.map((table) => table.kind);
    setRead((old) => kinds.reduce((all, kind) => withTable(all, kind, fresh), old));
    setDraft((old) => kinds.reduce((all, kind) => withTable(all, kind, fresh), old));
    setConflicts([]);
  };
  const overwrite = () => {
    const versions = { ...draft.versions, ...Object.fromEntries(conflicts.map(({ kind, theirs }) => [kind, theirs.version])) };
    void save(
      conflicts.map(({ kind }) => kind),
      { ...draft, versions },
    );
  };
  const namesOf = (kinds: readonly WeightTableKind[]) => kinds.map((kind) => t(`weights.kind.${kind}`)).join(', ');

  return (
    <>
      {mayWrite && <p className="muted weights-hint">{t('weights.pasteHint')}</p>}
      <WeightGrid apartments={apartments} draft={draft} changed={changed} readOnly={!mayWrite} onChange={setDraft} />
      {conflicts.length > 0 && (
        <Notice
          tone="alert"
          actions={
            <>
              <Button variant="default" onClick={() => loadTheirs(conflicts.map(({ theirs }) => theirs))}>
                {t('conflict.loadTheirs')}
              </Button>
              <Button color="alert" loading={saving} onClick={overwrite}>
                {t('conflict.overwrite')}
              </Button>
            </>
          }
        >
          <strong>{t('conflict.title')}</strong> {t('weights.conflict', { names: namesOf(conflicts.map(({ kind }) => kind)) })}{' '}
          {t('conflict.kept')}
        </Notice>
      )}
      {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
      {mayWrite && (
        <div className="weights-foot">
          <p role="status" id="weights-why">
            {changed.length === 0 && t('weights.noChanges')}
            {faulty.length > 0 && t('weights.notExact', { names: namesOf(faulty) })}
            {faulty.length === 0 && fiFaulty && t('weights.fiFault')}
            {maySave && t('weights.ready', { names: namesOf(changed) })}
          </p>
          <div className="screen-actions">
            <Button
              variant="default"
              disabled={changed.length === 0 || saving}
              onClick={() => {
                setDraft(read);
                setConflicts([]);
                setProblem(null);
              }}
            >
              {t('weights.revert')}
            </Button>
            <Button aria-describedby="weights-why" disabled={!maySave} loading={saving} onClick={() => void save(changed)}>
              {t('save')}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}

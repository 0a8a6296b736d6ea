import type { Building } from '@concierge/contract/http/buildings.ts';
import { type DisplayConfig, DisplayConfigBody } from '@concierge/contract/http/display-configs.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { linesOf, refusalsOf } from './draft-faults.ts';
import { ProgrammeBuildingSelect } from './programme-building-select.tsx';
import { ProgrammeNameInput } from './programme-name-input.tsx';
import { changeProgramme, createProgramme, programmeQuery, readProgramme } from './queries.ts';
import { copyOf } from './templates.ts';

/** A new programme that begins with the draft of another, as it is saved now. */
export function CopyDialog({ configId, name, onClose }: { configId: string; name: string; onClose(): void }) {
  const { t } = useWords();
  const source = useQuery({ ...programmeQuery(configId), staleTime: 0 });
  const buildings = useQuery(buildingsQuery);
  const { error, refetch } = source.error === null ? buildings : source;
  // What is copied is what the server has: not an older form that this page remembers.
  if (source.data !== undefined && source.isFetchedAfterMount && buildings.data !== undefined)
    return <CopyForm source={source.data} buildings={buildings.data} onClose={onClose} />;
  return (
    <Dialog title={t('programme.copyTitle', { name })} onClose={onClose}>
      {error === null ? <ListSkeleton rows={3} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />}
    </Dialog>
  );
}

/** Of a name this much is kept, so that there is room for saying that it is a copy. */
const MOST_OF_NAME = 45;

function CopyForm({ source, buildings, onClose }: { source: DisplayConfig; buildings: readonly Building[]; onClose(): void }) {
  const { t, language } = useWords();
  const navigate = useNavigate();
  const toast = useToast();
  const queryClient = useQueryClient();
  // Once, so that the same is sent again after a lost reply.
  const [copied] = useState(() => copyOf(source.draft));
  const form = useRowForm<DisplayConfig, { name: string; buildingId: string }, DisplayConfigBody>({
    row: null,
    draftOf: () => ({
      name: t('programme.copyName', { name: source.name.slice(0, MOST_OF_NAME).trim() }),
      // A building that was archived gets no new programme.
      buildingId: buildings.some(({ id }) => id === source.buildingId) ? (source.buildingId ?? '') : '',
    }),
    bodyOf: ({ name, buildingId }) =>
      DisplayConfigBody.safeParse({ name, buildingId: buildingId === '' ? null : buildingId, draft: copied }),
    create: createProgramme,
    save: (row, body, version) => changeProgramme(row.id, { name: body.name, version }),
    readTheirs: (row) => readProgramme(row.id),
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.displayConfigs, refetchType: 'inactive' }),
    onDone({ id, name }) {
      toast({ text: t('programme.copied', { name }) });
      void navigate({ to: '/programmes/$configId', params: { configId: id } });
      onClose();
    },
  });
  const { draft, faults, outcome, change } = form;
  const refused = outcome.kind === 'failed' ? refusalsOf(outcome.problem, copied) : [];
  const lines = linesOf(
    refused.map(({ path, message }) => [path, message] as const),
    copied,
    language,
  );
  return (
    <RowDialog
      form={form}
      title={t('programme.copyTitle', { name: source.name })}
      submitLabel={t('programme.create')}
      describe={({ name }) => name}
      onClose={onClose}
    >
      <p className="muted">{t('programme.copyHint')}</p>
      <ProgrammeNameInput value={draft.name} fault={faults['name']} onChange={(name) => change({ name })} />
      <ProgrammeBuildingSelect value={draft.buildingId} buildings={buildings} onChange={(buildingId) => change({ buildingId })} />
      {lines.length > 0 && (
        <Notice tone="alert">
          <ul>
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Notice>
      )}
    </RowDialog>
  );
}

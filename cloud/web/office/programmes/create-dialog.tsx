import { type DisplayConfig, DisplayConfigBody } from '@concierge/contract/http/display-configs.ts';
import { Radio, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { ProgrammeBuildingSelect } from './programme-building-select.tsx';
import { ProgrammeNameInput } from './programme-name-input.tsx';
import { changeProgramme, createProgramme, readProgramme } from './queries.ts';
import { listOfTemplate, type TemplateName, templateNames } from './templates.ts';

/** A new programme: its name, where it may hang, and what it begins with. */
export function CreateDialog({ onClose }: { onClose(): void }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { data: buildings } = useQuery(buildingsQuery);
  const [lists] = useState(() => new Map(templateNames.map((name) => [name, listOfTemplate(name)])));
  const form = useRowForm<DisplayConfig, { name: string; buildingId: string; template: TemplateName }, DisplayConfigBody>({
    row: null,
    draftOf: () => ({ name: '', buildingId: '', template: 'usual' }),
    bodyOf: ({ name, buildingId, template }) =>
      DisplayConfigBody.safeParse({ name, buildingId: buildingId === '' ? null : buildingId, draft: lists.get(template) }),
    create: createProgramme,
    save: (row, body, version) => changeProgramme(row.id, { name: body.name, version }),
    readTheirs: (row) => readProgramme(row.id),
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.displayConfigs }),
    onDone: ({ id }) => void navigate({ to: '/programmes/$configId', params: { configId: id } }),
  });
  const { draft, faults, change } = form;
  return (
    <RowDialog form={form} title={t('programme.add')} submitLabel={t('programme.create')} describe={({ name }) => name} onClose={onClose}>
      <ProgrammeNameInput value={draft.name} fault={faults['name']} onChange={(name) => change({ name })} />
      <ProgrammeBuildingSelect value={draft.buildingId} buildings={buildings ?? []} onChange={(buildingId) => change({ buildingId })} />
      <Radio.Group
        label={t('programme.template')}
        value={draft.template}
        onChange={(value) => change({ template: templateNames.find((name) => name === value) ?? 'usual' })}
      >
        <Stack gap="xs" mt="xs">
          {templateNames.map((name) => (
            <Radio key={name} value={name} label={t(`programme.templates.${name}`)} />
          ))}
        </Stack>
      </Radio.Group>
    </RowDialog>
  );
}

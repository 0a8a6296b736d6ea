import type { Device } from '@concierge/contract/http/devices.ts';
import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { matchesSearch } from '../../ui/words/fold.ts';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { queryKeys } from '../query-keys.ts';
import { assignProgramme, programmesQuery, screensForQuery } from './queries.ts';

/** Fewer are found faster with the eyes. */
const FILTER_FROM = 8;
/** More boxes than this are not read; the filter finds the rest. */
const MOST_SHOWN = 100;

/** On which screens the programme hangs. */
export function AssignDialog({ config, onClose, onDone }: { config: DisplayConfig; onClose(): void; onDone(config: DisplayConfig): void }) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const { data: devices, error, refetch } = useQuery(screensForQuery(config.buildingId));
  const { data: buildings } = useQuery(buildingsQuery);
  const { data: programmes } = useQuery(programmesQuery);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(config.deviceIds));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [typed, setTyped] = useState('');
  const stays = (devices ?? []).filter((device) => !device.leaving);
  const nameOfBuilding = (device: Device) => {
    const building = buildings?.find(({ id }) => id === device.buildingId);
    return building === undefined ? '' : localized(building.name, language);
  };
  const found = stays.filter((device) => matchesSearch(`${device.name} ${nameOfBuilding(device)}`, typed));
  const shown = found.slice(0, MOST_SHOWN);
  const otherOf = ({ displayConfigId }: Device) =>
    displayConfigId === null || displayConfigId === config.id ? undefined : programmes?.find(({ id }) => id === displayConfigId)?.name;
  const apply = async () => {
    setBusy(true);
    try {
      const assigned = await assignProgramme(config.id, {
        assign: [...chosen].filter((id) => !config.deviceIds.includes(id)),
        release: config.deviceIds.filter((id) => !chosen.has(id)),
      });
      await queryClient.invalidateQueries({ queryKey: queryKeys.devices });
      onDone(assigned);
    } catch (failed) {
      setProblem(failed);
      setBusy(false);
    }
  };
  const toggle = (id: string, on: boolean) =>
    setChosen((old) => {
      const next = new Set(old);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  return (
    <Dialog title={t('programme.assignTitle')} onClose={onClose}>
      <Stack gap="md">
        <p className="muted">{t('programme.assignHint')}</p>
        {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
        {devices === undefined && error === null && <ListSkeleton rows={3} />}
        {devices !== undefined && stays.length === 0 && <EmptyState title={t('screens.none')} />}
        {stays.length >= FILTER_FROM && (
          <TextInput label={t('table.filter')} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        )}
        <ul className="editor-assign">
          {shown.map((device) => {
            const other = otherOf(device);
            return (
              <li key={device.id}>
                <Checkbox
                  label={`${device.name}, ${nameOfBuilding(device)}`}
                  description={other === undefined ? undefined : t('programme.assignOther', { name: other })}
                  checked={chosen.has(device.id)}
                  onChange={(event) => toggle(device.id, event.currentTarget.checked)}
                />
              </li>
            );
          })}
        </ul>
        {found.length > shown.length && <p className="muted">{t('programme.assignMore', { count: found.length - shown.length })}</p>}
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button loading={busy} onClick={() => void apply()}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

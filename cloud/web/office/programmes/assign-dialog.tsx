import type { Device } from '@concierge/contract/http/devices.ts';
import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { queryKeys } from '../query-keys.ts';
import { devicesQuery } from '../screens/queries.ts';
import { assignProgramme, programmesQuery } from './queries.ts';

/** On which screens the programme hangs. */
export function AssignDialog({ config, onClose, onDone }: { config: DisplayConfig; onClose(): void; onDone(config: DisplayConfig): void }) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const { data: devices, error, refetch } = useQuery(devicesQuery);
  const { data: buildings } = useQuery(buildingsQuery);
  const { data: programmes } = useQuery(programmesQuery);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(config.deviceIds));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const shown = (devices ?? []).filter(
    (device) => !device.leaving && (config.buildingId === null || device.buildingId === config.buildingId),
  );
  const nameOfBuilding = (device: Device) => {
    const building = buildings?.find(({ id }) => id === device.buildingId);
    return building === undefined ? '' : localized(building.name, language);
  };
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
        {devices !== undefined && shown.length === 0 && <EmptyState title={t('screens.none')} />}
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

import type { Device } from '@concierge/contract/http/devices.ts';
import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { matchesSearch } from '../../ui/words/fold.ts';
import { localized } from '../../ui/words/language.ts';
import { MOST_ROWS } from '../api.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { queryKeys } from '../query-keys.ts';
import { type Choices, chosenAlso, isChosen, requestsOf } from './assignment.ts';
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
  const [choices, setChoices] = useState<Choices>(new Map());
  /** While it is applied: of how many screens the server has heard. */
  const [applied, setApplied] = useState<{ readonly done: number; readonly of: number } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [typed, setTyped] = useState('');
  const stays = (devices ?? []).filter((device) => !device.leaving);
  const nameOfBuilding = (device: Device) => {
    const building = buildings?.find(({ id }) => id === device.buildingId);
    return building === undefined ? '' : localized(building.name, language);
  };
  const found = stays.filter((device) => matchesSearch(`${device.name} ${nameOfBuilding(device)}`, typed));
  const shown = found.slice(0, MOST_SHOWN);
  const chosen = stays.filter((device) => isChosen(device, config.id, choices));
  const taken = chosen.filter(({ displayConfigId }) => displayConfigId !== null && displayConfigId !== config.id);
  const otherOf = ({ displayConfigId }: Device) =>
    displayConfigId === null || displayConfigId === config.id ? undefined : programmes?.find(({ id }) => id === displayConfigId)?.name;
  const choose = (screens: readonly Device[], on: boolean) => setChoices((old) => chosenAlso(old, screens, config.id, on));
  const apply = async () => {
    const requests = requestsOf(stays, config.id, choices);
    if (requests.length === 0) return onClose();
    const of = requests.reduce((sum, { assign, release }) => sum + assign.length + release.length, 0);
    let done = 0;
    let assigned = config;
    setProblem(null);
    try {
      for (const request of requests) {
        setApplied({ done, of });
        assigned = await assignProgramme(config.id, request);
        done += request.assign.length + request.release.length;
      }
      onDone(assigned);
    } catch (failed) {
      setProblem(failed);
      setApplied(null);
    }
    // Also of a half: what is done is not asked for again.
    void queryClient.invalidateQueries({ queryKey: queryKeys.devices });
  };
  return (
    <Dialog title={t('programme.assignTitle')} closesBeside={choices.size === 0} onClose={onClose}>
      <Stack gap="md">
        <p className="muted">{t('programme.assignHint')}</p>
        {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
        {devices === undefined && error === null && <ListSkeleton rows={3} />}
        {devices !== undefined && stays.length === 0 && <EmptyState title={t('screens.none')} />}
        {stays.length >= FILTER_FROM && (
          <TextInput label={t('table.filter')} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        )}
        {found.length > 1 && (
          <Group gap="xs">
            <Button variant="default" size="compact-sm" onClick={() => choose(found, true)}>
              {t('programme.assignAll', { count: found.length })}
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => choose(found, false)}>
              {t('programme.assignNone', { count: found.length })}
            </Button>
          </Group>
        )}
        <ul className="editor-assign">
          {shown.map((device) => {
            const other = otherOf(device);
            return (
              <li key={device.id}>
                <Checkbox
                  label={`${device.name}, ${nameOfBuilding(device)}`}
                  description={other === undefined ? undefined : t('programme.assignOther', { name: other })}
                  checked={isChosen(device, config.id, choices)}
                  onChange={(event) => choose([device], event.currentTarget.checked)}
                />
              </li>
            );
          })}
        </ul>
        {found.length > shown.length && <p className="muted">{t('programme.assignMore', { count: found.length - shown.length })}</p>}
        {stays.length >= MOST_ROWS && <p className="muted">{t('programme.assignMost', { count: MOST_ROWS })}</p>}
        <p className="muted" role="status">
          {stays.length > 0 && t('programme.assignChosen', { count: chosen.length })}{' '}
          {taken.length > 0 && t('programme.assignTaken', { count: taken.length })}{' '}
          {applied !== null && applied.done > 0 && t('programme.assignProgress', applied)}
        </p>
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button loading={applied !== null} onClick={() => void apply()}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

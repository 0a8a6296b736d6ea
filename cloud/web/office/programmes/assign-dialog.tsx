import type { Device } from '@concierge/contract/http/devices.ts';
import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import type { FleetDevice } from '@concierge/contract/http/fleet.ts';
import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { MoreRows } from '../pieces/more-rows.tsx';
import { Notice } from '../pieces/notice.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { queryKeys } from '../query-keys.ts';
import { type Choices, chosenAlso, consequencesOf, isChosen, requestsOf, withoutGranted } from './assignment.ts';
import { ProgrammeBuildingSelect } from './programme-building-select.tsx';
import { assignProgramme, MOST_CHOSEN, programmesQuery, readScreens } from './queries.ts';
import { useScreensToChoose } from './screens-to-choose.ts';

/** Fewer are found faster with the eyes. */
const FILTER_FROM = 8;

/** On which screens the programme hangs. */
export function AssignDialog({ config, onClose, onDone }: { config: DisplayConfig; onClose(): void; onDone(config: DisplayConfig): void }) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const screens = useScreensToChoose(config.buildingId);
  const { found, total, typed, buildingId, pages } = screens;
  const { data: buildings } = useQuery(buildingsQuery);
  const { data: programmes } = useQuery(programmesQuery);
  const [choices, setChoices] = useState<Choices>(new Map());
  /** While all that were found are chosen: more of them are read than are shown. */
  const [isChoosing, setChoosing] = useState(false);
  /** While it is applied: of how many screens the server has heard. */
  const [applied, setApplied] = useState<{ readonly done: number; readonly of: number } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const isFiltered = typed.trim() !== '' || buildingId !== '';
  const mayFilter = isFiltered || pages.hasNextPage || (found?.length ?? 0) >= FILTER_FROM;
  const choose = (some: readonly Device[], on: boolean) =>
    setChoices((old) =>
      chosenAlso(
        old,
        some.filter(({ leaving }) => !leaving),
        config.id,
        on,
      ),
    );
  const chooseFound = async (on: boolean) => {
    if (found === undefined) return;
    setProblem(null);
    setChoosing(true);
    try {
      choose(pages.hasNextPage ? await readScreens(screens.filter) : found, on);
    } catch (failed) {
      setProblem(failed);
    }
    setChoosing(false);
  };
  const apply = async () => {
    if (choices.size === 0) return onClose();
    let done = 0;
    let assigned = config;
    setProblem(null);
    try {
      for (const request of requestsOf(choices)) {
        setApplied({ done, of: choices.size });
        assigned = await assignProgramme(config.id, request);
        done += request.assign.length + request.release.length;
        setChoices((old) => withoutGranted(old, request));
      }
      onDone(assigned);
    } catch (failed) {
      setProblem(failed);
      setApplied(null);
    }
    void queryClient.invalidateQueries({ queryKey: queryKeys.devices });
  };
  const words = (failed: unknown) =>
    failed instanceof ApiProblem && failed.code === 'not-found' ? t('programme.assignGone') : problemWords(failed, language);
  return (
    <Dialog title={t('programme.assignTitle')} closesBeside={choices.size === 0} onClose={onClose}>
      <Stack gap="md">
        <p className="muted">{t('programme.assignHint')}</p>
        {mayFilter && (
          <TextInput label={t('programme.assignFilter')} value={typed} onChange={(event) => screens.setTyped(event.currentTarget.value)} />
        )}
        {mayFilter && config.buildingId === null && buildings !== undefined && buildings.length > 1 && (
          <ProgrammeBuildingSelect value={buildingId} buildings={buildings} onChange={screens.setBuildingId} />
        )}
        {screens.error !== null && <ReadProblem problem={screens.error} onRetry={screens.refetch} />}
        {found === undefined && screens.error === null && <ListSkeleton rows={3} />}
        {found?.length === 0 && <EmptyState title={t(isFiltered ? 'programme.assignNoneFound' : 'screens.none')} />}
        {found !== undefined && found.length > 1 && (
          <Group gap="xs">
            {([true, false] as const).map((on) => (
              <Button
                key={String(on)}
                variant="default"
                size="compact-sm"
                disabled={total === undefined || isChoosing}
                onClick={() => void chooseFound(on)}
              >
                {total !== undefined && total > MOST_CHOSEN
                  ? t(on ? 'programme.assignFirst' : 'programme.assignFirstNone', { count: MOST_CHOSEN })
                  : t(on ? 'programme.assignAll' : 'programme.assignNone', { count: total ?? found.length })}
              </Button>
            ))}
          </Group>
        )}
        <ScreenBoxes
          screens={found ?? []}
          isChosen={(screen) => isChosen(screen, config.id, choices)}
          otherOf={({ displayConfigId }) =>
            displayConfigId === config.id ? undefined : programmes?.find(({ id }) => id === displayConfigId)?.name
          }
          onChoose={(screen, on) => choose([screen], on)}
        />
        <MoreRows pages={pages} />
        <p className="muted" role="status">
          <Consequences choices={choices} /> {applied !== null && applied.done > 0 && t('programme.assignProgress', applied)}
        </p>
        {problem !== null && <Notice tone="alert">{words(problem)}</Notice>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button loading={applied !== null} disabled={isChoosing} onClick={() => void apply()}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function ScreenBoxes({
  screens,
  isChosen: isOn,
  otherOf,
  onChoose,
}: {
  screens: readonly FleetDevice[];
  isChosen(screen: FleetDevice): boolean;
  /** The name of another programme that it shows now. */
  otherOf(screen: FleetDevice): string | undefined;
  onChoose(screen: FleetDevice, on: boolean): void;
}) {
  const { t, language } = useWords();
  return (
    <ul className="editor-assign">
      {screens.map((screen) => {
        const other = otherOf(screen);
        return (
          <li key={screen.id}>
            <Checkbox
              label={`${screen.name}, ${localized(screen.building, language)}`}
              description={other === undefined ? undefined : t('programme.assignOther', { name: other })}
              checked={isOn(screen)}
              onChange={(event) => onChoose(screen, event.currentTarget.checked)}
            />
          </li>
        );
      })}
    </ul>
  );
}

/** What comes of it when it is saved. */
function Consequences({ choices }: { choices: Choices }) {
  const { t } = useWords();
  const { given, taken, released } = consequencesOf(choices);
  if (choices.size === 0) return t('programme.assignNothing');
  return [
    ...(given > 0 ? [t('programme.assignGiven', { count: given })] : []),
    ...(taken > 0 ? [t('programme.assignTaken', { count: taken })] : []),
    ...(released > 0 ? [t('programme.assignReleased', { count: released })] : []),
  ].join(' ');
}

import { FleetThresholds, type FleetThresholdsRow } from '@concierge/contract/http/fleet.ts';
import { TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { changeThresholds, readThresholds, thresholdsQuery } from './fleet-queries.ts';

type Name = keyof FleetThresholds;
const names: readonly Name[] = [
  'offlineMinutes',
  'driftMinutes',
  'hotCelsius',
  'diskFreePercent',
  'memoryAvailablePercent',
  'startsPerHour',
  'certificateDays',
];

/** From where on something is an alert, for all screens of the office. */
export function ThresholdsDialog({ onClose }: { onClose(): void }) {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(thresholdsQuery);
  if (data !== undefined) return <ThresholdsForm row={data} onClose={onClose} />;
  return (
    <Dialog title={t('fleet.thresholds.title')} onClose={onClose}>
      {error === null ? <ListSkeleton rows={7} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />}
    </Dialog>
  );
}

function ThresholdsForm({ row, onClose }: { row: FleetThresholdsRow; onClose(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const form = useRowForm({
    row,
    draftOf: (from) => draftOf(from ?? row),
    bodyOf: (draft) => FleetThresholds.safeParse(Object.fromEntries(names.map((name) => [name, numberOf(draft[name])]))),
    save: (_row, body, version) => changeThresholds(body, version),
    readTheirs: () => readThresholds(),
    readAgain() {
      void queryClient.invalidateQueries({ queryKey: thresholdsQuery.queryKey });
      void queryClient.invalidateQueries({ queryKey: queryKeys.devices });
    },
    onDone() {
      onClose();
      toast({ text: t('saved') });
    },
  });
  return (
    <RowDialog
      form={form}
      title={t('fleet.thresholds.title')}
      submitLabel={t('save')}
      describe={({ thresholds }) => names.map((name) => thresholds[name]).join(' · ')}
      onClose={onClose}
    >
      <p className="muted">{t('fleet.thresholds.about')}</p>
      {names.map((name, index) => (
        <TextInput
          key={name}
          label={t(`fleet.thresholds.${name}`)}
          value={form.draft[name]}
          onChange={(event) => form.change({ [name]: event.currentTarget.value })}
          error={form.faults[name] === undefined ? undefined : t('fleet.thresholds.range', limitsOf(name))}
          inputMode="numeric"
          maxLength={6}
          withAsterisk
          data-autofocus={index === 0 || undefined}
        />
      ))}
    </RowDialog>
  );
}

function draftOf({ thresholds }: FleetThresholdsRow): Record<Name, string> {
  return {
    offlineMinutes: String(thresholds.offlineMinutes),
    driftMinutes: String(thresholds.driftMinutes),
    hotCelsius: String(thresholds.hotCelsius),
    diskFreePercent: String(thresholds.diskFreePercent),
    memoryAvailablePercent: String(thresholds.memoryAvailablePercent),
    startsPerHour: String(thresholds.startsPerHour),
    certificateDays: String(thresholds.certificateDays),
  };
}

/** What is no number is refused by the schema; an empty field too, whose usual value nobody has typed. */
function numberOf(typed: string): unknown {
  return /^\s*\d{1,6}\s*$/.test(typed) ? Number(typed) : typed;
}

function limitsOf(name: Name): { least: number; most: number } {
  const { minValue, maxValue } = FleetThresholds.shape[name].unwrap();
  return { least: minValue ?? 0, most: maxValue ?? 0 };
}

import { type Device, DevicePatch, MoveBody } from '@concierge/contract/http/devices.ts';
import { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { ScheduleFields } from '../pieces/schedule-fields.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { BuildingChoice } from './building-choice.tsx';
import { changeDevice, moveDevice, readDevice } from './queries.ts';
import { createSettingsSave } from './save-settings.ts';

const languages = ['el', 'en', 'alternate'] as const;

const draftOf = (device: Device | null) => ({
  name: device?.name ?? '',
  buildingId: device?.buildingId ?? '',
  placement: device?.placement ?? '',
  language: device?.display.language ?? 'el',
  widthMm: String(device?.display.widthMm ?? ''),
  litWhen: device?.display.litWhen ?? null,
});

const SettingsBody = DevicePatch.omit({ version: true }).extend({ buildingId: MoveBody.shape.buildingId });

/** A screen's name, where it hangs, its language, its measured width, and when it is lit. */
export function ScreenDialog({ device, onClose, onDone }: { device: Device; onClose(): void; onDone(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const [save] = useState(() => createSettingsSave({ change: changeDevice, move: moveDevice }));
  const form = useRowForm({
    row: device,
    draftOf,
    bodyOf(typed) {
      const width = typed.widthMm.trim();
      return SettingsBody.safeParse({
        name: typed.name,
        buildingId: typed.buildingId,
        placement: typed.placement.trim() === '' ? null : typed.placement,
        display: {
          language: typed.language,
          widthMm: width === '' ? null : /^\d{1,5}$/.test(width) ? Number(width) : width,
          ...(typed.litWhen === null ? {} : { litWhen: typed.litWhen }),
        },
      });
    },
    save,
    readTheirs: (row) => readDevice(row.id),
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.devices }),
    onDone,
  });
  const { draft, faults, change } = form;
  const litFault = (...fields: readonly string[]) => {
    const refused = fields.find((field) => faults[`display.litWhen.${field}`] !== undefined);
    return refused === undefined ? undefined : t(refused.startsWith('hours') ? 'screens.litFault' : 'fault.range');
  };

  return (
    <RowDialog
      form={form}
      title={t('screens.settingsOf', { name: device.name })}
      submitLabel={t('save')}
      describe={(row) => [row.name, row.placement, t(`screens.speaks.${row.display.language}`)].filter((part) => part !== null).join(', ')}
      onClose={onClose}
    >
      <TextInput
        label={t('screens.name')}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={faults['name'] === undefined ? undefined : t(`fault.${faults['name']}`)}
        withAsterisk
        data-autofocus
      />
      <TextInput
        label={t('screens.placement')}
        description={t('screens.placementHint')}
        value={draft.placement}
        onChange={(event) => change({ placement: event.currentTarget.value })}
        error={faults['placement'] === undefined ? undefined : t(`fault.${faults['placement']}`)}
      />
      <BuildingChoice label={t('building.one')} value={draft.buildingId} onChange={(buildingId) => change({ buildingId })} />
      {draft.buildingId !== device.buildingId && <p className="muted">{t('screens.moveHint')}</p>}
      <NativeSelect
        label={t('screens.displayLanguage')}
        value={draft.language}
        onChange={(event) => {
          const language = DisplaySettings.shape.language.safeParse(event.currentTarget.value);
          if (language.success) change({ language: language.data });
        }}
        data={languages.map((value) => ({ value, label: t(`screens.speaks.${value}`) }))}
      />
      <TextInput
        label={t('screens.width')}
        description={t('screens.widthHint')}
        value={draft.widthMm}
        onChange={(event) => change({ widthMm: event.currentTarget.value })}
        error={faults['display.widthMm'] === undefined ? undefined : t('screens.widthFault')}
        inputMode="numeric"
      />
      <ScheduleFields
        label={t('screens.litWhen')}
        schedule={draft.litWhen}
        faultOf={litFault}
        onChange={(litWhen) => change({ litWhen })}
      />
      <p className="muted">{t('screens.litHint')}</p>
    </RowDialog>
  );
}

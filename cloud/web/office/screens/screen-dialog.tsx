import { type Device, DevicePatch, MoveBody } from '@concierge/contract/http/devices.ts';
import { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { changeDevice, moveDevice, readDevice } from './queries.ts';

const languages = ['el', 'en', 'alternate'] as const;

const draftOf = (device: Device | null) => ({
  name: device?.name ?? '',
  buildingId: device?.buildingId ?? '',
  placement: device?.placement ?? '',
  language: device?.display.language ?? 'el',
  widthMm: String(device?.display.widthMm ?? ''),
  litFrom: device?.display.litWhen?.hours?.from ?? '',
  litTo: device?.display.litWhen?.hours?.to ?? '',
});

const SettingsBody = DevicePatch.omit({ version: true }).extend({ buildingId: MoveBody.shape.buildingId });

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** Both hours empty: always lit. One alone is refused by the contract, and the field says so. */
function litWhenOf(from: string, to: string): { litWhen?: unknown } {
  return from === '' && to === '' ? {} : { litWhen: { from: null, to: null, weekdays: EVERY_DAY, hours: { from, to } } };
}

/** A screen's name, where it hangs, its language and its measured width. */
export function ScreenDialog({ device, onClose, onDone }: { device: Device; onClose(): void; onDone(): void }) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
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
          ...litWhenOf(typed.litFrom, typed.litTo),
        },
      });
    },
    async save(row, { buildingId, ...body }, version) {
      const saved = await changeDevice(row.id, { ...body, version });
      if (buildingId === saved.buildingId) return saved;
      await moveDevice(row.id, buildingId, saved.version);
      return { ...saved, buildingId };
    },
    readTheirs: (row) => readDevice(row.id),
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.devices }),
    onDone,
  });
  const { data: buildings } = useQuery(buildingsQuery);
  const { draft, faults, change } = form;

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
      <NativeSelect
        label={t('building.one')}
        value={draft.buildingId}
        onChange={(event) => change({ buildingId: event.currentTarget.value })}
        data={(buildings ?? []).map((building) => ({ value: building.id, label: localized(building.name, language) }))}
      />
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
      <div className="field-pair">
        <TextInput
          label={t('screens.litFrom')}
          type="time"
          value={draft.litFrom}
          onChange={(event) => change({ litFrom: event.currentTarget.value })}
          error={faults['display.litWhen.hours.from'] === undefined ? undefined : t('screens.litFault')}
        />
        <TextInput
          label={t('screens.litTo')}
          type="time"
          value={draft.litTo}
          onChange={(event) => change({ litTo: event.currentTarget.value })}
          error={faults['display.litWhen.hours.to'] === undefined ? undefined : t('screens.litFault')}
        />
      </div>
      <p className="muted">{t('screens.litHint')}</p>
    </RowDialog>
  );
}

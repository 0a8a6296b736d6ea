import { type Device, DevicePatch } from '@concierge/contract/http/devices.ts';
import { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { changeDevice, readDevice } from './queries.ts';

const languages = ['el', 'en', 'alternate'] as const;

const draftOf = (device: Device | null) => ({
  name: device?.name ?? '',
  placement: device?.placement ?? '',
  language: device?.display.language ?? 'el',
  widthMm: String(device?.display.widthMm ?? ''),
});

const SettingsBody = DevicePatch.omit({ version: true });

/** A screen's name, where it hangs, its language and its measured width. */
export function ScreenDialog({ device, onClose, onDone }: { device: Device; onClose(): void; onDone(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const form = useRowForm({
    row: device,
    draftOf,
    bodyOf(typed) {
      const width = typed.widthMm.trim();
      return SettingsBody.safeParse({
        name: typed.name,
        placement: typed.placement.trim() === '' ? null : typed.placement,
        display: { language: typed.language, widthMm: width === '' ? null : /^\d{1,5}$/.test(width) ? Number(width) : width },
      });
    },
    save: (row, body, version) => changeDevice(row.id, { ...body, version }),
    readTheirs: (row) => readDevice(row.id),
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.devices }),
    onDone,
  });
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
    </RowDialog>
  );
}

import { type Device, DevicePatch } from '@concierge/contract/http/devices.ts';
import { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { FormDialog } from '../pieces/dialog.tsx';
import { type FieldFault, fieldFaults, refusedFields } from '../pieces/field-faults.ts';
import { SaveOutcome } from '../pieces/save-outcome.tsx';
import { useSave } from '../pieces/use-save.ts';
import { queryKeys } from '../query-keys.ts';
import { changeDevice, readDevices } from './queries.ts';

const languages = ['el', 'en', 'alternate'] as const;

const draftOf = (device: Device) => ({
  name: device.name,
  placement: device.placement ?? '',
  language: device.display.language,
  widthMm: device.display.widthMm === null ? '' : String(device.display.widthMm),
});

/** A screen's name, where it hangs, its language and its measured width. */
export function ScreenDialog({ device, onClose, onDone }: { device: Device; onClose(): void; onDone(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  // Reports of the device move while the dialog is open; the version is the one the draft was made from.
  const [version, setVersion] = useState(device.version);
  const [draft, setDraft] = useState(() => draftOf(device));
  const [faults, setFaults] = useState<Readonly<Record<string, FieldFault>>>({});
  const readAgain = () => void queryClient.invalidateQueries({ queryKey: queryKeys.devices });
  const save = useSave<Device, Omit<DevicePatch, 'version'>>({
    send: (body) => changeDevice(device.id, body),
    readTheirs: async () => (await readDevices()).find((each) => each.id === device.id) ?? null,
    onSaved: () => {
      readAgain();
      onDone();
    },
  });
  const shownFaults = { ...refusedFields(save.state.kind === 'failed' ? save.state.problem : null), ...faults };

  const submit = (sentVersion: number) => {
    const width = draft.widthMm.trim();
    const body = DevicePatch.safeParse({
      name: draft.name,
      placement: draft.placement.trim() === '' ? null : draft.placement,
      display: { language: draft.language, widthMm: width === '' ? null : /^\d{1,5}$/.test(width) ? Number(width) : width },
      version: sentVersion,
    });
    setFaults(body.success ? {} : fieldFaults(body.error));
    if (!body.success) return;
    const { version: _version, ...changes } = body.data;
    void save.run(changes, sentVersion);
  };

  return (
    <FormDialog title={t('screens.settingsOf', { name: device.name })} onClose={onClose} onSubmit={() => submit(version)}>
      <Stack gap="md">
        <TextInput
          label={t('screens.name')}
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
          error={shownFaults['name'] === undefined ? undefined : t(`fault.${shownFaults['name']}`)}
          withAsterisk
          data-autofocus
        />
        <TextInput
          label={t('screens.placement')}
          description={t('screens.placementHint')}
          value={draft.placement}
          onChange={(event) => setDraft({ ...draft, placement: event.currentTarget.value })}
          error={shownFaults['placement'] === undefined ? undefined : t(`fault.${shownFaults['placement']}`)}
        />
        <NativeSelect
          label={t('screens.displayLanguage')}
          value={draft.language}
          onChange={(event) => {
            const language = DisplaySettings.shape.language.safeParse(event.currentTarget.value);
            if (language.success) setDraft({ ...draft, language: language.data });
          }}
          data={languages.map((value) => ({ value, label: t(`screens.speaks.${value}`) }))}
        />
        <TextInput
          label={t('screens.width')}
          description={t('screens.widthHint')}
          value={draft.widthMm}
          onChange={(event) => setDraft({ ...draft, widthMm: event.currentTarget.value })}
          error={shownFaults['display.widthMm'] === undefined ? undefined : t('screens.widthFault')}
          inputMode="numeric"
        />
        <SaveOutcome
          state={save.state}
          describe={(row) =>
            [row.name, row.placement, t(`screens.speaks.${row.display.language}`)].filter((part) => part !== null).join(', ')
          }
          onLoadTheirs={(row) => {
            setDraft(draftOf(row));
            setVersion(row.version);
            save.reset();
            readAgain();
          }}
          onOverwrite={(row) => submit(row.version)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={save.state.kind === 'saving'}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </FormDialog>
  );
}

import { type Announcement, AnnouncementBody } from '@concierge/contract/http/announcements.ts';
import type { Building } from '@concierge/contract/http/buildings.ts';
import { AnnouncementCategory } from '@concierge/contract/mqtt/content.ts';
import { Button, Group, NativeSelect, SegmentedControl, Stack, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { endWords, momentWords } from '../../ui/words/dates.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { FormDialog } from '../pieces/dialog.tsx';
import { type FieldFault, fieldFaults, refusedFields } from '../pieces/field-faults.ts';
import { LocalizedInput, localizedOfDraft } from '../pieces/localized-input.tsx';
import { Notice } from '../pieces/notice.tsx';
import { SaveOutcome } from '../pieces/save-outcome.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useCreate, useSave } from '../pieces/use-save.ts';
import { queryKeys } from '../query-keys.ts';
import { AnnouncementPreview } from './announcement-preview.tsx';
import { type ExpiryPreset, expiryOf, instantOfWallClock, stateAt, wallClockOf } from './lifetime.ts';
import { changeAnnouncement, createAnnouncement, readAnnouncements } from './queries.ts';
import './announcement-dialog.css';

const presets: readonly ExpiryPreset[] = ['tonight', 'tomorrow', 'week', 'month', 'never', 'other'];
const isPreset = (value: string): value is ExpiryPreset => presets.some((preset) => preset === value);

interface Draft {
  category: AnnouncementCategory;
  urgent: boolean;
  title: { el: string; en: string };
  body: { el: string; en: string };
  when: 'now' | 'later';
  publishOn: string;
  expiry: ExpiryPreset;
  expiresOn: string;
}

function draftOf(announcement: Announcement | null, timeZone: string, nowMs: number): Draft {
  const publishAtMs = announcement === null ? nowMs + 3_600_000 : Date.parse(announcement.publishAt);
  const expiresAtMs = announcement === null || announcement.expiresAt === null ? null : Date.parse(announcement.expiresAt);
  return {
    category: announcement?.category ?? 'general',
    urgent: announcement?.urgent ?? false,
    title: { el: announcement?.title.el ?? '', en: announcement?.title.en ?? '' },
    body: { el: announcement?.body?.el ?? '', en: announcement?.body?.en ?? '' },
    when: announcement !== null ? 'later' : 'now',
    publishOn: wallClockOf(publishAtMs, timeZone),
    expiry: announcement === null ? 'week' : expiresAtMs === null ? 'never' : 'other',
    expiresOn: wallClockOf(expiresAtMs ?? publishAtMs + 7 * 86_400_000, timeZone),
  };
}

/** Makes or changes an announcement, with what follows from it said before it happens. */
export function AnnouncementDialog({
  building,
  announcement,
  onClose,
}: {
  building: Building;
  announcement: Announcement | null;
  onClose(): void;
}) {
  const { t, language } = useWords();
  const { timeZone } = building;
  const queryClient = useQueryClient();
  const toast = useToast();
  const id = useId();
  const [openedAtMs] = useState(Date.now);
  // The row is read again while the dialog is open; the version is the one the draft was made from, or nobody would be told of a conflict.
  const [version, setVersion] = useState(announcement?.version ?? null);
  const [draft, setDraft] = useState(() => draftOf(announcement, timeZone, openedAtMs));
  const [faults, setFaults] = useState<Readonly<Record<string, FieldFault>>>({});
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  // A published one keeps the moment it was published; only what is still to come can be moved.
  const published = announcement !== null && stateAt(announcement, openedAtMs) !== 'scheduled';

  const readAgain = () => void queryClient.invalidateQueries({ queryKey: queryKeys.announcements(building.id) });
  const done = (text: string) => {
    readAgain();
    toast({ text });
    onClose();
  };
  const create = useCreate<Announcement, AnnouncementBody>({
    send: createAnnouncement,
    onCreated: (row) => done(t(stateAt(row, Date.now()) === 'scheduled' ? 'announcement.scheduledDone' : 'announcement.publishedDone')),
  });
  const save = useSave<Announcement, Omit<AnnouncementBody, 'buildingId'>>({
    send: (body) => changeAnnouncement(announcement?.id ?? '', body),
    readTheirs: async () => (await readAnnouncements(building.id)).find((each) => each.id === announcement?.id) ?? null,
    onSaved: () => done(t('saved')),
  });
  const shownFaults = {
    ...refusedFields(create.problem),
    ...refusedFields(save.state.kind === 'failed' ? save.state.problem : null),
    ...faults,
  };

  const publishAtMs = draft.when === 'now' ? openedAtMs : instantOfWallClock(draft.publishOn, timeZone);
  const expiresAtMs =
    draft.expiry === 'other' ? instantOfWallClock(draft.expiresOn, timeZone) : expiryOf(draft.expiry, publishAtMs ?? openedAtMs, timeZone);

  const submit = (sentVersion: number | null) => {
    const text = localizedOfDraft(draft.body);
    const body = AnnouncementBody.safeParse({
      buildingId: building.id,
      category: draft.category,
      urgent: draft.urgent,
      title: localizedOfDraft(draft.title),
      body: text.el === '' && text.en === null ? null : text,
      ...(draft.when === 'now' ? {} : { publishAt: published ? announcement.publishAt : instantText(publishAtMs) }),
      expiresAt: draft.expiry === 'never' ? null : instantText(expiresAtMs),
    });
    const found = body.success ? {} : fieldFaults(body.error);
    const backwards = expiresAtMs !== null && publishAtMs !== null && expiresAtMs <= publishAtMs;
    setFaults(backwards ? { ...found, expiresAt: 'range' } : found);
    if (!body.success || backwards) return;
    const { buildingId: _buildingId, ...changes } = body.data;
    void (sentVersion === null ? create.run(body.data) : save.run(changes, sentVersion));
  };

  return (
    <FormDialog
      size="60rem"
      className="announcement-form"
      title={announcement === null ? t('announcement.new') : t('announcement.edit')}
      onClose={onClose}
      onSubmit={() => submit(version)}
    >
      <Stack gap="md">
        <NativeSelect
          label={t('announcement.category')}
          value={draft.category}
          onChange={(event) => {
            const category = AnnouncementCategory.safeParse(event.currentTarget.value);
            if (category.success) change({ category: category.data });
          }}
          data={AnnouncementCategory.options.map((value) => ({ value, label: t(`category.${value}`) }))}
          data-autofocus
        />
        <Switch
          label={t('announcement.urgent')}
          description={t('announcement.urgentConsequence')}
          checked={draft.urgent}
          onChange={(event) => change({ urgent: event.currentTarget.checked })}
          color="alert"
        />
        <LocalizedInput
          field="title"
          label={t('announcement.title')}
          value={draft.title}
          onChange={(title) => change({ title })}
          faults={shownFaults}
        />
        <LocalizedInput
          field="body"
          label={t('announcement.body')}
          value={draft.body}
          onChange={(body) => change({ body })}
          faults={shownFaults}
          lines={3}
          required={false}
        />
        {!published && (
          <div role="group" aria-labelledby={`${id}-when`}>
            <p className="field-label" id={`${id}-when`}>
              {t('announcement.when')}
            </p>
            <SegmentedControl
              aria-labelledby={`${id}-when`}
              value={draft.when}
              onChange={(when) => change({ when: when === 'later' ? 'later' : 'now' })}
              data={[
                { value: 'now', label: t('announcement.now') },
                { value: 'later', label: t('announcement.later') },
              ]}
            />
            {draft.when === 'later' && (
              <TextInput
                mt="xs"
                type="datetime-local"
                aria-label={t('announcement.publishAt')}
                value={draft.publishOn}
                onChange={(event) => change({ publishOn: event.currentTarget.value })}
                description={
                  publishAtMs === null
                    ? undefined
                    : t('announcement.from', { moment: momentWords(publishAtMs, language, timeZone, openedAtMs) })
                }
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                error={shownFaults['publishAt'] === undefined ? undefined : t('announcement.momentFault')}
              />
            )}
          </div>
        )}
        <div className="field-pair">
          <NativeSelect
            label={t('announcement.expiry')}
            value={draft.expiry}
            onChange={(event) => {
              const { value } = event.currentTarget;
              if (isPreset(value)) change({ expiry: value });
            }}
            data={presets.map((value) => ({ value, label: t(`announcement.preset.${value}`) }))}
            description={
              expiresAtMs === null || draft.expiry === 'other' ? undefined : endWords(expiresAtMs, language, timeZone, openedAtMs)
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
          {draft.expiry === 'other' && (
            <TextInput
              label={t('announcement.expiresAt')}
              type="datetime-local"
              value={draft.expiresOn}
              onChange={(event) => change({ expiresOn: event.currentTarget.value })}
              description={expiresAtMs === null ? undefined : endWords(expiresAtMs, language, timeZone, openedAtMs)}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              error={shownFaults['expiresAt'] === undefined ? undefined : t('announcement.expiryFault')}
            />
          )}
        </div>
        {create.problem !== null && <Notice tone="alert">{problemWords(create.problem, language)}</Notice>}
        <SaveOutcome
          state={save.state}
          describe={(row) => [row.title, row.body].flatMap((part) => (part === null ? [] : localized(part, language))).join(' — ')}
          onLoadTheirs={(row) => {
            setDraft(draftOf(row, timeZone, openedAtMs));
            setVersion(row.version);
            save.reset();
            readAgain();
          }}
          onOverwrite={(row) => submit(row.version)}
        />
      </Stack>
      <AnnouncementPreview
        buildingName={building.name.el}
        category={draft.category}
        urgent={draft.urgent}
        title={draft.title.el.trim()}
        body={draft.body.el.trim()}
      />
      <Group justify="flex-end" className="announcement-form-foot">
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button type="submit" color={draft.urgent ? 'alert' : 'accent'} loading={create.busy || save.state.kind === 'saving'}>
          {announcement !== null
            ? t('save')
            : t(draft.when === 'later' ? 'announcement.schedule' : draft.urgent ? 'announcement.publishUrgent' : 'announcement.publish')}
        </Button>
      </Group>
    </FormDialog>
  );
}

/** An instant as the contract writes it; what was typed wrong stays no date, and the schema says so. */
function instantText(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString();
}

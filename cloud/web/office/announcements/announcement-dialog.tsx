import { type Announcement, AnnouncementBody } from '@concierge/contract/http/announcements.ts';
import type { Building } from '@concierge/contract/http/buildings.ts';
import { AnnouncementCategory } from '@concierge/contract/mqtt/content.ts';
import { NativeSelect, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { endWords, momentWords } from '../../ui/words/dates.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { LocalizedInput, localizedOfDraft } from '../pieces/localized-input.tsx';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
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
  // A published one keeps the moment it was published; only what is still to come can be moved.
  const published = announcement !== null && stateAt(announcement, openedAtMs) !== 'scheduled';
  const lifetimeOf = (typed: Draft) => {
    const publishAtMs = typed.when === 'now' ? openedAtMs : instantOfWallClock(typed.publishOn, timeZone);
    const expiresAtMs =
      typed.expiry === 'other'
        ? instantOfWallClock(typed.expiresOn, timeZone)
        : expiryOf(typed.expiry, publishAtMs ?? openedAtMs, timeZone);
    return { publishAtMs, expiresAtMs };
  };
  const form = useRowForm({
    row: announcement,
    draftOf: (row: Announcement | null) => draftOf(row, timeZone, openedAtMs),
    bodyOf(typed) {
      const text = localizedOfDraft(typed.body);
      const lifetime = lifetimeOf(typed);
      return AnnouncementBody.safeParse({
        buildingId: building.id,
        category: typed.category,
        urgent: typed.urgent,
        title: localizedOfDraft(typed.title),
        body: text.el === '' && text.en === null ? null : text,
        ...(typed.when === 'now' ? {} : { publishAt: published ? announcement.publishAt : instantText(lifetime.publishAtMs) }),
        expiresAt: typed.expiry === 'never' ? null : instantText(lifetime.expiresAtMs),
      });
    },
    faultsAcross(typed) {
      const lifetime = lifetimeOf(typed);
      const backwards = lifetime.expiresAtMs !== null && lifetime.publishAtMs !== null && lifetime.expiresAtMs <= lifetime.publishAtMs;
      return backwards ? { expiresAt: 'range' } : {};
    },
    create: createAnnouncement,
    save: (row, { buildingId: _buildingId, ...changes }, version) => changeAnnouncement(row.id, { ...changes, version }),
    readTheirs: async (row) => (await readAnnouncements(building.id)).find((each) => each.id === row.id) ?? null,
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.announcements(building.id) }),
    onDone(row) {
      const scheduled = stateAt(row, Date.now()) === 'scheduled';
      toast({ text: t(announcement !== null ? 'saved' : scheduled ? 'announcement.scheduledDone' : 'announcement.publishedDone') });
      onClose();
    },
  });
  const { draft, faults, change } = form;
  const { publishAtMs, expiresAtMs } = lifetimeOf(draft);
  const publishWord = draft.urgent ? 'announcement.publishUrgent' : 'announcement.publish';
  const createWord = draft.when === 'later' ? 'announcement.schedule' : publishWord;
  const submitWord = announcement === null ? createWord : 'save';

  return (
    <RowDialog
      form={form}
      size="60rem"
      title={announcement === null ? t('announcement.new') : t('announcement.edit')}
      submitLabel={t(submitWord)}
      loud={draft.urgent}
      describe={(row) => [row.title, row.body].flatMap((part) => (part === null ? [] : localized(part, language))).join(' — ')}
      beside={
        <AnnouncementPreview
          buildingName={building.name.el}
          category={draft.category}
          urgent={draft.urgent}
          title={draft.title.el.trim()}
          body={draft.body.el.trim()}
        />
      }
      onClose={onClose}
    >
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
        faults={faults}
      />
      <LocalizedInput
        field="body"
        label={t('announcement.body')}
        value={draft.body}
        onChange={(body) => change({ body })}
        faults={faults}
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
              error={faults['publishAt'] === undefined ? undefined : t('announcement.momentFault')}
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
          description={expiresAtMs === null || draft.expiry === 'other' ? undefined : endWords(expiresAtMs, language, timeZone, openedAtMs)}
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
            error={faults['expiresAt'] === undefined ? undefined : t('announcement.expiryFault')}
          />
        )}
      </div>
    </RowDialog>
  );
}

/** An instant as the contract writes it; what was typed wrong stays no date, and the schema says so. */
function instantText(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString();
}

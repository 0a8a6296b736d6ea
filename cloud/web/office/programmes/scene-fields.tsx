import type { Scene, SceneSchedule } from '@concierge/contract/mqtt/scenes.ts';
import { Checkbox, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useWords } from '../i18n.ts';
import { LocalizedInput } from '../pieces/localized-input.tsx';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const EVERY_DAY: SceneSchedule = { from: null, to: null, weekdays: [...WEEKDAYS], hours: null };
const PRIORITIES = ['normal', 'takeover', 'filler'] as const;
const STANDARDS = ['overview', 'announcements', 'join'] as const;

/** What can be set about one scene: its name, how long it stands, and when it is on. */
export function SceneFields({
  scene,
  path,
  faults,
  onChange,
}: {
  scene: Scene;
  path: string;
  faults: ReadonlySet<string>;
  onChange(part: Partial<Scene>, step?: string): void;
}) {
  const { t } = useWords();
  const { schedule, view } = scene;
  const faultAt = (...fields: readonly string[]) =>
    fields.some((field) => faults.has(`${path}.${field}`)) ? t('widget.fault') : undefined;
  const setSchedule = (part: Partial<SceneSchedule>) =>
    onChange({ schedule: { ...(schedule ?? EVERY_DAY), ...part } }, `${scene.id} schedule`);
  return (
    <div className="widget-fields">
      <LocalizedInput
        field="name"
        label={t('scene.name')}
        value={{ el: scene.name.el, en: scene.name.en ?? '' }}
        onChange={(name) => onChange({ name: { el: name.el, en: name.en === '' ? null : name.en } }, `${scene.id} name`)}
        faults={faults.has(`${path}.name.el`) ? { 'name.el': 'required' } : {}}
      />
      {view.kind === 'standard' && (
        <NativeSelect
          label={t('scene.shows')}
          value={view.standard}
          onChange={(event) => {
            const standard = STANDARDS.find((each) => each === event.currentTarget.value);
            if (standard !== undefined) onChange({ view: { kind: 'standard', standard } });
          }}
          data={STANDARDS.map((value) => ({ value, label: t(`scene.standard.${value}`) }))}
        />
      )}
      <TextInput
        label={t('scene.duration')}
        description={t('scene.durationHint')}
        type="number"
        min={5}
        max={120}
        value={scene.durationSeconds ?? ''}
        onChange={(event) => onChange({ durationSeconds: numberOrNull(event.currentTarget.value) }, `${scene.id} duration`)}
        error={faultAt('durationSeconds')}
      />
      <NativeSelect
        label={t('scene.priority')}
        value={scene.priority}
        onChange={(event) => {
          const priority = PRIORITIES.find((each) => each === event.currentTarget.value);
          if (priority !== undefined) onChange({ priority });
        }}
        data={PRIORITIES.map((value) => ({ value, label: t(`scene.priorities.${value}`) }))}
      />
      <fieldset className="widget-rows-field">
        <legend>{t('scene.schedule')}</legend>
        <SegmentedControl
          aria-label={t('scene.schedule')}
          value={schedule === null ? 'always' : 'scheduled'}
          onChange={(value) => onChange({ schedule: value === 'always' ? null : EVERY_DAY })}
          data={[
            { value: 'always', label: t('scene.always') },
            { value: 'scheduled', label: t('scene.scheduled') },
          ]}
        />
        {schedule !== null && (
          <>
            <Checkbox.Group
              label={t('scene.weekdays')}
              value={schedule.weekdays.map(String)}
              onChange={(days) => setSchedule({ weekdays: days.map(Number).toSorted((first, second) => first - second) })}
              error={faultAt('schedule.weekdays')}
            >
              <div className="scene-weekdays">
                {WEEKDAYS.map((day) => (
                  <Checkbox key={day} value={String(day)} label={t(`scene.weekday.d${day}`)} />
                ))}
              </div>
            </Checkbox.Group>
            <div className="field-pair">
              <TextInput
                label={t('scene.hoursFrom')}
                type="time"
                value={schedule.hours?.from ?? ''}
                onChange={(event) => setSchedule({ hours: hoursOf(event.currentTarget.value, schedule.hours?.to ?? '') })}
                error={faultAt('schedule.hours', 'schedule.hours.from')}
              />
              <TextInput
                label={t('scene.hoursTo')}
                type="time"
                value={schedule.hours?.to ?? ''}
                onChange={(event) => setSchedule({ hours: hoursOf(schedule.hours?.from ?? '', event.currentTarget.value) })}
                error={faultAt('schedule.hours.to')}
              />
            </div>
            <p className="muted">{t('scene.hoursHint')}</p>
            <div className="field-pair">
              <TextInput
                label={t('scene.from')}
                type="date"
                value={schedule.from ?? ''}
                onChange={(event) => setSchedule({ from: event.currentTarget.value || null })}
                error={faultAt('schedule.from')}
              />
              <TextInput
                label={t('scene.to')}
                type="date"
                value={schedule.to ?? ''}
                onChange={(event) => setSchedule({ to: event.currentTarget.value || null })}
                error={faultAt('schedule.to')}
              />
            </div>
          </>
        )}
      </fieldset>
      <TextInput
        label={t('scene.age')}
        description={t('scene.ageHint')}
        type="number"
        min={1}
        max={720}
        value={scene.mostDataAgeHours ?? ''}
        onChange={(event) => onChange({ mostDataAgeHours: numberOrNull(event.currentTarget.value) }, `${scene.id} age`)}
        error={faultAt('mostDataAgeHours')}
      />
    </div>
  );
}

function numberOrNull(typed: string): number | null {
  return typed === '' ? null : Number(typed);
}

/** Both empty is the whole day; one alone waits for the other and is marked. */
function hoursOf(from: string, to: string): SceneSchedule['hours'] {
  return from === '' && to === '' ? null : { from, to };
}

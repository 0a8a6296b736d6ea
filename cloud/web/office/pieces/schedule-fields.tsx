import type { SceneSchedule } from '@concierge/contract/mqtt/scenes.ts';
import { Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useWords } from '../i18n.ts';
import './schedule-fields.css';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const EVERY_DAY: SceneSchedule = { from: null, to: null, weekdays: [...WEEKDAYS], hours: null };

/** When something is on: always, or on some weekdays, between two hours, between two dates. All that a schedule can say is here, so that none loses anything by being saved. */
export function ScheduleFields({
  label,
  schedule,
  faultOf,
  onChange,
}: {
  label: string;
  /** Null is always. */
  schedule: SceneSchedule | null;
  /** Why one of these fields was refused, `hours.from` for one within another. */
  faultOf(...fields: readonly string[]): string | undefined;
  onChange(schedule: SceneSchedule | null): void;
}) {
  const { t } = useWords();
  const change = (part: Partial<SceneSchedule>) => onChange({ ...(schedule ?? EVERY_DAY), ...part });
  return (
    <fieldset className="field-group">
      <legend>{label}</legend>
      <SegmentedControl
        aria-label={label}
        value={schedule === null ? 'always' : 'scheduled'}
        onChange={(value) => onChange(value === 'always' ? null : EVERY_DAY)}
        data={[
          { value: 'always', label: t('schedule.always') },
          { value: 'scheduled', label: t('schedule.scheduled') },
        ]}
      />
      {schedule !== null && (
        <>
          <Checkbox.Group
            label={t('schedule.weekdays')}
            value={schedule.weekdays.map(String)}
            onChange={(days) => change({ weekdays: days.map(Number).toSorted((first, second) => first - second) })}
            error={faultOf('weekdays')}
          >
            <div className="schedule-weekdays">
              {WEEKDAYS.map((day) => (
                <Checkbox key={day} value={String(day)} label={t(`schedule.weekday.d${day}`)} />
              ))}
            </div>
          </Checkbox.Group>
          <div className="field-pair">
            <TextInput
              label={t('schedule.hoursFrom')}
              type="time"
              value={schedule.hours?.from ?? ''}
              onChange={(event) => change({ hours: hoursOf(event.currentTarget.value, schedule.hours?.to ?? '') })}
              error={faultOf('hours', 'hours.from')}
            />
            <TextInput
              label={t('schedule.hoursTo')}
              type="time"
              value={schedule.hours?.to ?? ''}
              onChange={(event) => change({ hours: hoursOf(schedule.hours?.from ?? '', event.currentTarget.value) })}
              error={faultOf('hours.to')}
            />
          </div>
          <p className="muted">{t('schedule.hoursHint')}</p>
          <div className="field-pair">
            <TextInput
              label={t('schedule.from')}
              type="date"
              value={schedule.from ?? ''}
              onChange={(event) => change({ from: event.currentTarget.value || null })}
              error={faultOf('from')}
            />
            <TextInput
              label={t('schedule.to')}
              type="date"
              value={schedule.to ?? ''}
              onChange={(event) => change({ to: event.currentTarget.value || null })}
              error={faultOf('to')}
            />
          </div>
        </>
      )}
    </fieldset>
  );
}

/** Both empty is the whole day; one alone waits for the other and is marked. */
function hoursOf(from: string, to: string): SceneSchedule['hours'] {
  return from === '' && to === '' ? null : { from, to };
}

import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useWords } from '../i18n.ts';
import { LocalizedInput } from '../pieces/localized-input.tsx';
import { ScheduleFields } from '../pieces/schedule-fields.tsx';
import type { DraftFaults } from './draft-faults.ts';
import { faultOfText, faultWords, ruleOfSchedule } from './fault-words.ts';

const PRIORITIES = ['normal', 'takeover', 'filler'] as const;
/** As the contract has them. */
const DURATION_SECONDS = { least: 5, most: 120 };
const AGE_HOURS = { least: 1, most: 720 };
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
  faults: DraftFaults;
  onChange(part: Partial<Scene>, step?: string): void;
}) {
  const { t } = useWords();
  const { schedule, view } = scene;
  const faultAt = (rule: string, ...fields: readonly string[]) => faultWords(faults, rule, ...fields.map((field) => `${path}.${field}`));
  return (
    <div className="widget-fields">
      <LocalizedInput
        field="name"
        label={t('scene.name')}
        value={{ el: scene.name.el, en: scene.name.en ?? '' }}
        onChange={(name) => onChange({ name: { el: name.el, en: name.en === '' ? null : name.en } }, `${scene.id} name`)}
        faults={{
          ...(faults.has(`${path}.name.el`) ? { 'name.el': faultOfText(scene.name.el) } : {}),
          ...(faults.has(`${path}.name.en`) ? { 'name.en': faultOfText(scene.name.en) } : {}),
        }}
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
        min={DURATION_SECONDS.least}
        max={DURATION_SECONDS.most}
        value={scene.durationSeconds ?? ''}
        onChange={(event) => onChange({ durationSeconds: numberOrNull(event.currentTarget.value) }, `${scene.id} duration`)}
        error={faultAt(t('widget.faults.number', DURATION_SECONDS), 'durationSeconds')}
      />
      <NativeSelect
        label={t('scene.priority')}
        value={scene.priority}
        onChange={(event) => {
          const priority = PRIORITIES.find((each) => each === event.currentTarget.value);
          if (priority !== undefined) onChange({ priority });
        }}
        data={PRIORITIES.map((value) => ({ value, label: t(`scene.priorities.${value}`) }))}
        error={faults.has(`${path}.priority`) ? t('scene.adsTakeover') : undefined}
      />
      <ScheduleFields
        label={t('scene.schedule')}
        schedule={schedule}
        faultOf={(...fields) => {
          const [first = ''] = fields;
          return schedule === null ? undefined : faultAt(t(ruleOfSchedule(first, schedule)), ...fields.map((field) => `schedule.${field}`));
        }}
        // What is typed of one schedule is undone together; that there is one, or none any more, by itself.
        onChange={(next) => onChange({ schedule: next }, schedule === null || next === null ? undefined : `${scene.id} schedule`)}
      />
      <TextInput
        label={t('scene.age')}
        description={t('scene.ageHint')}
        type="number"
        min={AGE_HOURS.least}
        max={AGE_HOURS.most}
        value={scene.mostDataAgeHours ?? ''}
        onChange={(event) => onChange({ mostDataAgeHours: numberOrNull(event.currentTarget.value) }, `${scene.id} age`)}
        error={faultAt(t('widget.faults.number', AGE_HOURS), 'mostDataAgeHours')}
      />
    </div>
  );
}

function numberOrNull(typed: string): number | null {
  return typed === '' ? null : Number(typed);
}

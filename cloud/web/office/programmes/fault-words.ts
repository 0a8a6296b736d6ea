import type { SceneSchedule } from '@concierge/contract/mqtt/scenes.ts';
import { CalendarDate } from '@concierge/contract/text.ts';
import type { FieldFault } from '../pieces/field-faults.ts';
import type { DraftFaults } from './draft-faults.ts';

/** What a field says when something is wrong at the first of these paths that has a fault: the server's words, or where it said nothing the rule of that field. */
export function faultWords(faults: DraftFaults, rule: string, ...paths: readonly string[]): string | undefined {
  const path = paths.find((each) => faults.has(each));
  return path === undefined ? undefined : (faults.get(path) ?? rule);
}

/** The rule that a date keeps: a day that is there and is still refused comes before the one it follows. */
export function ruleOfDay(value: string | null): 'widget.faults.day' | 'widget.faults.lastDay' {
  return CalendarDate.safeParse(value).success ? 'widget.faults.lastDay' : 'widget.faults.day';
}

/** The rule of one of the fields of a schedule. */
export function ruleOfSchedule(field: string, { from, to, hours }: Pick<SceneSchedule, 'from' | 'to' | 'hours'>) {
  if (field === 'weekdays') return 'widget.faults.weekdays';
  if (field === 'to' || field === 'from') return ruleOfDay(field === 'to' ? to : from);
  return hours === null || hours.from === '' || hours.to === '' ? 'widget.faults.bothHours' : 'widget.faults.time';
}

/** What nobody sees in a text that was pasted, and the contract refuses. */
const UNSEEN = /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with a text that has a fault: it is missing, holds what nobody can see, or there is too much of it. */
export function faultOfText(text: string | null): FieldFault {
  if ((text ?? '').trim() === '') return 'required';
  return UNSEEN.test(text ?? '') ? 'format' : 'tooLong';
}

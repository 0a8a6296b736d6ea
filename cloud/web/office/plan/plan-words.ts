import type { PlanStanding } from '@concierge/contract/http/plan.ts';
import { dayWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';

/** Days are told by the clock of the house that agreed on them. */
const PLACE = 'Europe/Athens';

/** How the days of a plan are told. What ends at midnight has lasted to the end of the day before. */
export function usePlanWords() {
  const { t, language } = useWords();
  const day = (instant: string) => dayWords(Date.parse(instant), language, PLACE, Date.now());
  const lastDay = (instant: string) => dayWords(Date.parse(instant) - 1, language, PLACE, Date.now());
  /** What the office is told of an end that is near or was; null while there is nothing to tell. */
  const warning = ({ plan, phase, trial, until, goneFrom }: PlanStanding): string | null => {
    if (phase === 'standing' || until === null || goneFrom === null) return null;
    const words = { plan: t(`plan.name.${plan}`), last: lastDay(until), goneLast: lastDay(goneFrom) };
    if (phase === 'grace') return t(trial ? 'plan.trialGrace' : 'plan.grace', words);
    return t(trial ? 'plan.trialEnding' : 'plan.ending', words);
  };
  return { day, lastDay, warning };
}

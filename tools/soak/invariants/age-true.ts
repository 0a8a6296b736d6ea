import { lobbyStrings } from '../../../shared/i18n/lobby.ts';
import type { Truth } from '../world/truth.ts';
import { GLASS_LAG_MS, type Invariant, type Tolerance } from './invariant.ts';

/** Past this the screen must say how old its data is (DESIGN, Lobby). */
const WORTH_SAYING_MS = 3_600_000;
/** The foot is written anew with each minute. */
const WRITTEN_EVERY_MS = 60_000;
/** A word of the cloud is held, told and heard within this. */
const TOLD_WITHIN_MS = 30_000;
const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export const BUILDING_SCENES: ReadonlySet<string | null> = new Set(['overview', 'announcement', 'urgent', 'join', 'layout']);

/** The age of the data, as the foot tells it, is the time since the cloud last vouched for it; and it is told when it must be. */
export function ageTrue(truth: Truth, tolerance: () => Tolerance): Invariant {
  return {
    name: 'age true',
    rule: 'The age of the data is never told younger or older than it is, and is told once it is more than an hour.',
    graceMs: GLASS_LAG_MS,
    see({ reading, trueMs }) {
      if (!BUILDING_SCENES.has(reading.scene)) return [];
      const { clockErrorMs } = tolerance();
      const slackMs = WRITTEN_EVERY_MS + GLASS_LAG_MS + clockErrorMs;
      const heardMs = truth.newestConfirmationMs();
      const toldMs = truth.reportedConfirmationMs();
      const told = ageIn(reading.status ?? '');
      if (told === null) {
        const silent = reading.clock !== null && heardMs !== null && trueMs - heardMs > WORTH_SAYING_MS + slackMs;
        return silent ? [{ key: 'silent', says: `the data is ${minutes(trueMs - heardMs)} old and the glass does not say so` }] : [];
      }
      if (heardMs !== null && told.mostMs + slackMs < trueMs - heardMs) {
        return [{ key: 'younger', says: `the glass says ${told.text}; the data is ${minutes(trueMs - heardMs)} old` }];
      }
      if (toldMs !== null && told.leastMs > trueMs - toldMs + slackMs + TOLD_WITHIN_MS) {
        return [{ key: 'older', says: `the glass says ${told.text}; the data is only ${minutes(trueMs - toldMs)} old` }];
      }
      return [];
    },
  };
}

/** The stretch an age in words stands for, in either language; null when there is none. */
export function ageIn(status: string): { leastMs: number; mostMs: number; text: string } | null {
  for (const language of ['el', 'en'] as const) {
    const { age } = lobbyStrings[language];
    for (const [unit, unitMs] of Object.entries(UNITS)) {
      const forms = age[unit as keyof typeof UNITS];
      for (const form of [forms.one, forms.other]) {
        const found = new RegExp(form.replace('{count}', '(\\d+)')).exec(status);
        if (found !== null) return { leastMs: Number(found[1]) * unitMs, mostMs: (Number(found[1]) + 1) * unitMs, text: found[0] };
      }
    }
    if (status.includes(age.now)) return { leastMs: 0, mostMs: UNITS.minute, text: age.now };
  }
  return null;
}

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

import { type ArrangedRound, arrangedRound } from '../world/arranged-round.ts';
import { isArranged, marksIn } from '../world/marks.ts';
import type { Truth } from '../world/truth.ts';
import { BUILDING_SCENES } from './age-true.ts';
import { GLASS_LAG_MS, type Invariant, type Look, type Tolerance } from './invariant.ts';

const CLOCK_STEP_MS = 15_000;
const HEARD_WITHIN_MS = 5_000;

const arrangedMarks = ({ reading }: Look): readonly string[] => [...new Set(reading.texts.flatMap(marksIn))].filter(isArranged);

/** What was arranged is on the glass in its hours, its days and its order, and never else. */
export function arrangedHolds(truth: Truth, tolerance: () => Tolerance): Invariant {
  return {
    name: 'arranged holds',
    rule: `No arranged text outside its days and hours, over data older than its scene bears, below a scene that goes before it, beside a widget that the screen does not know, or out of an arrangement that has run out; a clock that knows no time shows nothing that is bound to one; ${GLASS_LAG_MS / 1_000} s for the change of scenes.`,
    graceMs: GLASS_LAG_MS,
    see(look) {
      const marks = arrangedMarks(look);
      if (marks.length === 0) return [];
      const rounds = truth.arrangements().flatMap((claims) => moments(look, tolerance()).map((trueMs) => roundAt(claims, trueMs, truth)));
      return marks
        .filter((mark) => !rounds.some((round) => round.marks.has(mark)))
        .map((mark) => ({ key: mark, says: `${mark} is on the glass (${look.reading.scene}), and no arrangement has it on now` }));
    },
  };
}

/** A new arrangement takes the place of the old one. */
export function arrangedReplaced(truth: Truth): Invariant {
  return {
    name: 'arranged replaced',
    rule: `No text of an arrangement that the device told to have replaced; ${HEARD_WITHIN_MS / 1_000} s for a page whose agent has just begun anew.`,
    graceMs: HEARD_WITHIN_MS,
    see(look) {
      const held = truth.reportedScenes();
      if (held === 0) return [];
      // An arrangement that is signed anew says the same under another number.
      const inForce = truth.arrangements().filter(({ sequence }) => sequence >= held);
      return arrangedMarks(look)
        .filter((mark) => truth.isSigned(mark) && !inForce.some(({ configuration }) => has(configuration, mark)))
        .map((mark) => ({ key: mark, says: `${mark} is shown though the device holds arrangement ${held}, in which it is not` }));
    },
  };
}

/** What must be seen is seen: a takeover is alone on the glass for as long as it is on. */
export function takeoverShown(truth: Truth, tolerance: () => Tolerance): Invariant {
  return {
    name: 'takeover shown',
    rule: `While a takeover of the held arrangement is on it is what the building shows, but for what is urgent; ${HEARD_WITHIN_MS / 1_000} s to begin.`,
    graceMs: HEARD_WITHIN_MS,
    see({ reading, trueMs }) {
      const held = truth.reportedScenes();
      const claims = truth.arrangements().find(({ sequence }) => sequence === held);
      if (claims === undefined || tolerance().clockErrorMs > 0) return [];
      if (!BUILDING_SCENES.has(reading.scene) || reading.scene === 'urgent' || reading.clock === null) return [];
      const { takeovers } = roundAt(claims, trueMs, truth);
      if (takeovers.size === 0 || reading.texts.flatMap(marksIn).some((mark) => takeovers.has(mark))) return [];
      return [{ key: `takeover ${held}`, says: `the scene is ${reading.scene}, though ${[...takeovers].join(' or ')} has taken over` }];
    },
  };
}

function roundAt(claims: Parameters<typeof arrangedRound>[0], trueMs: number | null, truth: Truth): ArrangedRound {
  const heardMs = truth.newestConfirmationMs();
  const leastDataAgeMs = heardMs === null || trueMs === null ? 0 : trueMs - heardMs;
  return arrangedRound(claims, { trueMs, leastDataAgeMs });
}

/** The moments the screen may take it to be. */
function moments({ reading, trueMs }: Look, { clockErrorMs }: Tolerance): readonly (number | null)[] {
  if (reading.clock === null) return [null];
  const most = clockErrorMs + GLASS_LAG_MS;
  const times: number[] = [trueMs];
  for (let offset = Math.min(most, CLOCK_STEP_MS); offset <= most; offset += CLOCK_STEP_MS) times.push(trueMs - offset, trueMs + offset);
  return times;
}

const has = (configuration: object | null, mark: string): boolean => configuration !== null && JSON.stringify(configuration).includes(mark);

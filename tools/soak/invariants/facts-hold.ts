import { isFact, marksIn } from '../world/marks.ts';
import type { Truth } from '../world/truth.ts';
import { GLASS_LAG_MS, type Invariant, type Tolerance } from './invariant.ts';

/** The page looks once a minute whether weather has grown old (kiosk/renderer/facts-in-scenes.test.ts). */
const OLD_WITHIN_MS = 60_000;
const REPLACED_WITHIN_MS = 5_000;

/** What widgets say of the building besides its content is in force, each fact by itself. */
export function factsHold(truth: Truth, tolerance: () => Tolerance): Invariant {
  return {
    name: 'facts hold',
    rule: `No weather older than it says of itself (${OLD_WITHIN_MS / 1_000} s for the page to look), out of a document that has run out, or while nobody knows the time; ${GLASS_LAG_MS / 1_000} s for the change of scenes.`,
    graceMs: GLASS_LAG_MS,
    see({ reading, trueMs }) {
      const { clockErrorMs } = tolerance();
      return [...new Set(reading.texts.flatMap(marksIn))].filter(isFact).flatMap((mark) => {
        const fact = truth.fact(mark);
        // What nobody signed is another rule's.
        if (fact === null) return [];
        if (reading.clock === null) return [fault(mark, 'is shown though nobody knows the time')];
        if (fact.showUntilMs + OLD_WITHIN_MS + clockErrorMs <= trueMs) return [fault(mark, 'is shown though it has grown old')];
        if (fact.documentEndsMs + clockErrorMs <= trueMs) return [fault(mark, 'is shown out of facts that have run out')];
        return [];
      });
    },
  };
}

/** New facts take the place of the old ones. */
export function factsReplaced(truth: Truth): Invariant {
  return {
    name: 'facts replaced',
    rule: `No fact of a document that the device told to have replaced; ${REPLACED_WITHIN_MS / 1_000} s for a page whose agent has just begun anew.`,
    graceMs: REPLACED_WITHIN_MS,
    see({ reading }) {
      const held = truth.reportedFacts();
      return [...new Set(reading.texts.flatMap(marksIn))].filter(isFact).flatMap((mark) => {
        const fact = truth.fact(mark);
        return fact === null || fact.sequence >= held
          ? []
          : [fault(mark, `is shown though the device holds facts ${held}, in which it is not`)];
      });
    },
  };
}

const fault = (mark: string, says: string) => ({ key: `${mark} ${says}`, says: `${mark} ${says}` });

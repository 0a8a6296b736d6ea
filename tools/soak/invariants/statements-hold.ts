import { marksIn } from '../world/marks.ts';
import type { Truth } from '../world/truth.ts';
import { GLASS_LAG_MS, type Invariant, type Tolerance } from './invariant.ts';

/** What the glass says is in force at that very moment of the true time. */
export function statementsHold(truth: Truth, tolerance: () => Tolerance): Invariant {
  return {
    name: 'statements hold',
    rule: `No announcement before its time, after its end, or out of a document that has run out; ${GLASS_LAG_MS / 1_000} s for the change of scenes.`,
    graceMs: GLASS_LAG_MS,
    see({ reading, trueMs }) {
      const { clockErrorMs } = tolerance();
      return [...new Set(reading.texts.flatMap(marksIn))].flatMap((mark) => {
        const statement = truth.statement(mark);
        // What was arranged, or nobody signed, is another rule's.
        if (statement === null) return [];
        const { publishAtMs, expiresAtMs } = statement;
        const documents = truth.contentsWith(mark);
        if (publishAtMs > trueMs + clockErrorMs) return [fault(mark, `is shown before ${iso(publishAtMs)}`)];
        if (expiresAtMs !== null && expiresAtMs + clockErrorMs <= trueMs)
          return [fault(mark, `is shown after it ended at ${iso(expiresAtMs)}`)];
        if (documents.every((one) => one.expiresAtMs + clockErrorMs <= trueMs))
          return [fault(mark, 'is shown out of a document that has run out')];
        return [];
      });
    },
  };
}

/** A page whose agent began anew opens its stream after three seconds (the browser's wait), and only then hears what was withdrawn meanwhile. */
const WITHDRAWN_WITHIN_MS = 5_000;

/** What the cloud took back is gone once the device holds the document without it. */
export function withdrawnGone(truth: Truth): Invariant {
  return {
    name: 'withdrawn is gone',
    rule: `No announcement that is missing in the content the device told that it holds; ${WITHDRAWN_WITHIN_MS / 1_000} s for a page whose agent has just begun anew.`,
    graceMs: WITHDRAWN_WITHIN_MS,
    see({ reading }) {
      const held = truth.reportedContent();
      if (held === null) return [];
      const withdrawn = [...new Set(reading.texts.flatMap(marksIn))].filter((mark) => {
        const documents = truth.contentsWith(mark);
        return documents.length > 0 && documents.every(({ sequence }) => sequence < held.sequence);
      });
      return withdrawn.map((mark) => fault(mark, `is shown though the device holds content ${held.sequence}, in which it is not`));
    },
  };
}

const fault = (mark: string, says: string) => ({ key: `${mark} ${says}`, says: `${mark} ${says}` });
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

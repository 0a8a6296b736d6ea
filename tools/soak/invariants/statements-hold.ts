import { marksIn, type Truth } from '../world/truth.ts';
import { GLASS_LAG_MS, type Invariant, type Tolerance } from './invariant.ts';

/** What the glass says is in force at that very moment of the true time. */
export function statementsHold(truth: Truth, tolerance: () => Tolerance): Invariant {
  return {
    name: 'statements hold',
    rule: `No announcement before its time, after its end, out of a document that has run out, or withdrawn by one that the device holds; ${GLASS_LAG_MS / 1_000} s for the change of scenes.`,
    graceMs: GLASS_LAG_MS,
    see({ reading, trueMs }) {
      const { clockErrorMs } = tolerance();
      const held = truth.reportedContent();
      return [...new Set(reading.texts.flatMap(marksIn))].flatMap((mark) => {
        const statement = truth.statement(mark);
        // What nobody signed is another rule's.
        if (statement === null) return [];
        const { publishAtMs, expiresAtMs } = statement;
        const documents = truth.contentsWith(mark);
        if (publishAtMs > trueMs + clockErrorMs) return [fault(mark, `is shown before ${iso(publishAtMs)}`)];
        if (expiresAtMs !== null && expiresAtMs + clockErrorMs <= trueMs)
          return [fault(mark, `is shown after it ended at ${iso(expiresAtMs)}`)];
        if (documents.every((one) => one.expiresAtMs + clockErrorMs <= trueMs))
          return [fault(mark, 'is shown out of a document that has run out')];
        if (held !== null && documents.every(({ sequence }) => sequence < held.sequence)) {
          return [fault(mark, `is shown though the device holds content ${held.sequence}, in which it is not`)];
        }
        return [];
      });
    },
  };
}

const fault = (mark: string, says: string) => ({ key: `${mark} ${says}`, says: `${mark} ${says}` });
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

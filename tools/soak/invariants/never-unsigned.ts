import { isForged, marksIn } from '../world/marks.ts';
import type { Truth } from '../world/truth.ts';
import type { CodeReader } from './code-reader.ts';
import type { Invariant } from './invariant.ts';

/** Nothing that the cloud has not signed for this building is ever in the page, not even for one frame behind another. */
export function neverUnsigned(truth: Truth, readCode: CodeReader): Invariant {
  return {
    name: 'never unsigned',
    rule: 'No text and no code of an attacker is ever in the page, and nothing else than what the cloud signed.',
    graceMs: 0,
    see({ reading }) {
      const marks = [...reading.texts, reading.status ?? ''].flatMap(marksIn);
      const strange = [...new Set(marks)].filter((mark) => isForged(mark) || !truth.isSigned(mark));
      const codes = reading.codes.map(readCode).filter((code) => code === null || !truth.isGenuine(code.slot, code.mac));
      return [
        ...strange.map((mark) => ({ key: mark, says: `${mark} is on the glass, and the cloud never signed it for this building` })),
        ...codes.map((code) => ({
          key: `code ${code?.slot}`,
          says: `a code is on the glass that the cloud never issued: ${code?.url ?? 'unreadable'}`,
        })),
      ];
    },
  };
}

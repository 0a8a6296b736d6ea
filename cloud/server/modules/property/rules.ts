import type { Failure } from '#platform/http/problem.ts';

/** By how much the parts miss the whole; 0 when they make it. They are never renormalised silently (DOMAIN 1.2). */
export function missingParts(parts: readonly number[], partsTotal: number): number {
  return partsTotal - parts.reduce((sum, part) => sum + part, 0);
}

/** The refusal a manager reads when a table does not add up, with the difference. */
export function weightsFailure(missing: number, partsTotal: number): Failure {
  const sum = partsTotal - missing;
  return {
    code: 'weights-do-not-add-up',
    detail:
      missing > 0
        ? {
            el: `Το άθροισμα είναι ${sum} αντί για ${partsTotal}: λείπουν ${missing}.`,
            en: `The sum is ${sum} instead of ${partsTotal}: ${missing} are missing.`,
          }
        : {
            el: `Το άθροισμα είναι ${sum} αντί για ${partsTotal}: περισσεύουν ${-missing}.`,
            en: `The sum is ${sum} instead of ${partsTotal}: ${-missing} too many.`,
          },
  };
}

/** By how much the parts miss the whole; 0 when they make it. They are never renormalised silently (DOMAIN 1.2). */
export function missingParts(parts: readonly number[], partsTotal: number): number {
  return partsTotal - parts.reduce((sum, part) => sum + part, 0);
}

/** What a manager reads when a table does not add up: the sum and the difference, in both languages. */
export function weightsComplaint(missing: number, partsTotal: number): { el: string; en: string } {
  const sum = partsTotal - missing;
  return missing > 0
    ? {
        el: `Το άθροισμα είναι ${sum} αντί για ${partsTotal}: λείπουν ${missing}.`,
        en: `The sum is ${sum} instead of ${partsTotal}: ${missing} are missing.`,
      }
    : {
        el: `Το άθροισμα είναι ${sum} αντί για ${partsTotal}: περισσεύουν ${-missing}.`,
        en: `The sum is ${sum} instead of ${partsTotal}: ${-missing} too many.`,
      };
}

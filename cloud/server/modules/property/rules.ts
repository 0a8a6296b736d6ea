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

/** Whether it is an IANA name every screen can tell the time by. Offsets are none: they know no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The calendar date in the time zone, `YYYY-MM-DD`. */
export function dateIn(timeZone: string, nowMs: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(nowMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** All that an office ever made, those that it archived among them: no office fills the database of all others. */
export const MAX_BUILDINGS = 5_000;

export function tooManyBuildings(): { el: string; en: string } {
  return {
    el: `Το γραφείο έχει ήδη ${MAX_BUILDINGS} κτίρια, μαζί με τα αρχειοθετημένα, που είναι το όριο. Αν χρειάζεστε περισσότερα, μιλήστε με όποιον σας παρέχει την υπηρεσία.`,
    en: `The office already has ${MAX_BUILDINGS} buildings, archived ones included, which is the limit. If you need more, speak to whoever provides the service to you.`,
  };
}

/** What a list shows at most; nothing is added that it would not show. */
export const MAX_APARTMENTS = 2_000;
export const MAX_OCCUPANCIES = 500;

export function tooManyComplaint(most: number): { el: string; en: string } {
  return { el: `Υπάρχουν ήδη ${most}, που είναι το όριο.`, en: `There are ${most} already, which is the limit.` };
}

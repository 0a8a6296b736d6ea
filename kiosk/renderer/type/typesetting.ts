const WORD_JOINER = '\u2060';
const NO_BREAK_SPACE = '\u00A0';

/**
 * Keeps together what is read together: the two ends of a range («09:00–13:00», and a hyphen between numbers is one), a number and its sign.
 * It is done before measuring, so that our lines and the browser's stay the same.
 */
export function keepTogether(text: string): string {
  return text.replace(/(?<=\d) ?[-–] ?(?=\d)/gu, `${WORD_JOINER}–${WORD_JOINER}`).replace(/(?<=\d) (?=[€%])/gu, NO_BREAK_SPACE);
}

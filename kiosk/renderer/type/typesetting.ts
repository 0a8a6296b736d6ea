const WORD_JOINER = '\u2060';
const NO_BREAK_SPACE = '\u00A0';

/** Words that lean on the next one. Left at the end of a line they make a reader in passing wait for it. */
const LEANING = new Set(
  'ο η το οι τα τη την τον του της τις τους των στο στη στην στον στις στους στα με για σε από και ή θα να δεν μη μην ως έως the a an of at on in to and for from'.split(
    ' ',
  ),
);
/** A longer pair would push a title to a smaller size, which costs more than the loose word does. */
const LONGEST_PAIR = 12;

/** A title whose short leaning words stay with the word they lean on: «τη Δευτέρα», “at 19:30”. Done before measuring, like the rest. */
export function withoutLooseWords(title: string): string {
  const words = title.split(' ');
  return words
    .map((word, index) => {
      const next = words[index + 1];
      if (next === undefined) return word;
      const pairs = leans(word) && !leans(next) && word.length + 1 + next.length <= LONGEST_PAIR;
      return word + (pairs ? NO_BREAK_SPACE : ' ');
    })
    .join('');
}

/** A beginning that does not end with a word which leans on one that is cut off. */
export function withoutLooseEnd(words: readonly string[]): readonly string[] {
  const last = words.at(-1);
  return words.length > 1 && last !== undefined && leans(last) ? withoutLooseEnd(words.slice(0, -1)) : words;
}

function leans(word: string): boolean {
  return LEANING.has(word.toLowerCase());
}

/**
 * Keeps together what is read together: the two ends of a range («09:00–13:00», and a hyphen between numbers is one), a number and its sign.
 * It is done before measuring, so that our lines and the browser's stay the same.
 */
export function keepTogether(text: string): string {
  return text.replace(/(?<=\d) ?[-–] ?(?=\d)/gu, `${WORD_JOINER}–${WORD_JOINER}`).replace(/(?<=\d) (?=[€%])/gu, NO_BREAK_SPACE);
}

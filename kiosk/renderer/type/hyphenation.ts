/**
 * Soft hyphens for long Greek words, since browsers on small machines often carry no Greek patterns. The school rules: a consonant between
 * two vowels goes with the second; two or more go together with the second when some Greek word begins with the first two; vowels that
 * make one sound stay together.
 */
export const SOFT_HYPHEN = '\u00AD';
/** Shorter words are never broken: a hyphen costs more than the white it saves. */
const LEAST_LETTERS = 13;
const LEAST_HEAD = 4;
const LEAST_TAIL = 4;

const VOWEL = /[αεηιουωάέήίόύώϊϋΐΰ]/u;
const ONE_SOUND = ['αι', 'αί', 'ει', 'εί', 'οι', 'οί', 'υι', 'υί', 'ου', 'ού', 'αυ', 'αύ', 'ευ', 'εύ', 'ηυ', 'ηύ'];
/** Consonant pairs that begin Greek words. */
const OPENING = new Set(
  'βγ βδ βλ βρ γδ γκ γλ γν γρ δρ θλ θν θρ κβ κλ κν κρ κτ μν μπ ντ πλ πν πρ πτ σβ σγ σθ σκ σλ σμ σν σπ στ σφ σχ τζ τμ τρ τσ φθ φκ φλ φρ φτ χθ χλ χν χρ χτ'.split(
    ' ',
  ),
);

export function hyphenateGreek(text: string): string {
  return text.replace(/[\u0370-\u03FF]+/gu, (word) => (word.length < LEAST_LETTERS ? word : hyphenateWord(word)));
}

function hyphenateWord(word: string): string {
  const lower = word.toLowerCase();
  let out = '';
  let copied = 0;
  for (const place of breakPlaces(lower)) {
    if (place < LEAST_HEAD || lower.length - place < LEAST_TAIL) continue;
    out += word.slice(copied, place) + SOFT_HYPHEN;
    copied = place;
  }
  return out + word.slice(copied);
}

/** The places where a syllable begins, but for the first. */
function breakPlaces(word: string): number[] {
  const nuclei = vowelGroups(word);
  const places: number[] = [];
  for (let index = 1; index < nuclei.length; index += 1) {
    const [before, after] = [nuclei[index - 1], nuclei[index]];
    if (before === undefined || after === undefined) continue;
    const consonants = word.slice(before.end, after.start);
    // Two vowels side by side may be one sound in speech (synizesis): leave them together.
    if (consonants.length === 0) continue;
    if (consonants.length === 1 || OPENING.has(consonants.slice(0, 2))) places.push(before.end);
    else places.push(before.end + 1);
  }
  return places;
}

function vowelGroups(word: string): { start: number; end: number }[] {
  const groups: { start: number; end: number }[] = [];
  let at = 0;
  while (at < word.length) {
    if (!VOWEL.test(word.charAt(at))) {
      at += 1;
      continue;
    }
    const end = at + (ONE_SOUND.includes(word.slice(at, at + 2)) ? 2 : 1);
    groups.push({ start: at, end });
    at = end;
  }
  return groups;
}

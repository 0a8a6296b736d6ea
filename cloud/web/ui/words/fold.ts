/** Capital letters that look the same in both alphabets: a label «Β2» is typed with either keyboard. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'α',
  b: 'β',
  e: 'ε',
  z: 'ζ',
  h: 'η',
  i: 'ι',
  k: 'κ',
  m: 'μ',
  n: 'ν',
  o: 'ο',
  p: 'ρ',
  t: 'τ',
  y: 'υ',
  x: 'χ',
};

/** What two texts have in common for a person searching: no case, no accents, one sigma, one alphabet for letters that look alike. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/[a-z]/g, (letter) => LOOKALIKES[letter] ?? letter)
    .trim();
}

/** Whether every word of the query begins a word of the text, or stands inside it when it is longer than one letter. */
export function matchesSearch(text: string, query: string): boolean {
  const words = folded(text).split(/[\s,·]+/);
  return folded(query)
    .split(/[\s,·]+/)
    .filter((part) => part !== '')
    .every((part) => words.some((word) => (part.length > 1 ? word.includes(part) : word.startsWith(part))));
}

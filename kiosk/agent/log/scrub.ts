/**
 * Takes out of a line of the log what must not leave the device: addresses, numbers and keys of people and of this machine. Names of the field stay, and so do UUIDs,
 * versions and times, so that whoever helps can still read what happened. Rather too much than too little.
 */
export function scrubbed(line: string): string {
  // In JSON a line's end is two characters, and the second of them would look like part of the next word.
  let text = line.replaceAll(/\\[nrt]/g, '$& ');
  for (const [pattern, replacement] of wholes) text = text.replaceAll(pattern, replacement);
  return text
    .split(leftAlone)
    .map((part, index) => (index % 2 === 1 ? part : numbersHidden(part)))
    .join('');
}

/** UUIDs, and times as the log itself writes them. In one group, so that `split` hands them over between the rest. */
const leftAlone =
  /((?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])|(?<=\b(?:time|Ms)"?:)\d{13}(?!\d)|(?<![\d-])20\d\d-\d\d-\d\dT[\d:.]+Z)/i;

const CODE_LETTERS = 'BCDFGHJKLMNSTVXZ';

const wholes: readonly (readonly [RegExp, string])[] = [
  // A key or certificate; one that was cut off ends with the line.
  [/-----BEGIN [A-Z0-9 ]{1,40}-----.*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/gs, '[pem]'],
  // A JWS, whole or in part: its header is an object that begins with `{"`.
  [/eyJ[\w-]*(?:\.[\w-]*){0,4}/g, '[jws]'],
  // Of an address only where it leads: users, paths, queries and fragments can be keys.
  [/\b((?!file:)[a-z][a-z0-9+.-]{1,11}:\/\/)(?:[^\s/?#"'<>\\]{0,300}@)?([^\s/?#"'<>\\@]{0,255})[^\s"'<>\\]*/gi, '$1$2/…'],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 […]'],
  [
    /([\w-]{0,40}(?:token|secret|passw(?:or)?d|psk|api-?key|cookie|signature|authorization)[\w-]{0,20}\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?)(?!\[|bearer|basic)[^\s"'\\,;}\]]+/gi,
    '$1[…]',
  ],
  [/[^\s"'<>()[\]{},;:=\\/@]{1,64}@[^\s"'<>()[\]{},;:=\\/@]{1,255}/g, '[e-mail]'],
  [new RegExp(`(?<![A-Za-z])[${CODE_LETTERS}]{4}[- ]?[${CODE_LETTERS}]{4}(?![A-Za-z])`, 'gi'), '[code]'],
];

/** What can be told from names of the field by its length and its figures only. */
function numbersHidden(text: string): string {
  return (
    text
      .replaceAll(/(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/gi, '[iban]')
      .replaceAll(/[\w-]{24,}/g, (word) => (/\d/.test(word) && /[A-Za-z]/.test(word) ? '[…]' : word))
      .replaceAll(/[A-Za-z0-9+/]{32,}={0,2}/g, (word) => (/\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) ? '[…]' : word))
      // Nine figures and more, however they are set: telephone, tax, account and identity numbers.
      .replaceAll(/\+?\(?\d(?:[ ().\-/]{0,2}\d){8,}/g, '[number]')
  );
}

/** How long an account number is, by country: the European Economic Area, where a transfer needs no BIC (Regulation (EU) 260/2012). */
const LENGTHS: Readonly<Record<string, number>> = {
  AT: 20,
  BE: 16,
  BG: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IS: 26,
  IT: 27,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  SE: 24,
  SI: 19,
  SK: 24,
};

/** The account number as banks send it, without spaces and in capitals. */
export function compactIban(typed: string): string {
  return typed.replaceAll(/[\s\u00a0]+/gu, '').toUpperCase();
}

/** Whether it is the account number of a bank in the EEA: country, length, and the check digits of ISO 13616 (ISO 7064, modulo 97). Expects it compact. */
export function isIban(compact: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(compact) || LENGTHS[compact.slice(0, 2)] !== compact.length) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** In groups of four, as people read and type it. */
export function groupedIban(compact: string): string {
  return compact.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

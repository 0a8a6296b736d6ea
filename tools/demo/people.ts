import type { SeededRandom } from './random.ts';

const femaleNames = [
  'Μαρία',
  'Ελένη',
  'Κατερίνα',
  'Βασιλική',
  'Σοφία',
  'Αγγελική',
  'Γεωργία',
  'Δήμητρα',
  'Ιωάννα',
  'Χρυσούλα',
  'Παναγιώτα',
  'Αναστασία',
];
const maleNames = [
  'Γιώργος',
  'Δημήτρης',
  'Κωνσταντίνος',
  'Ιωάννης',
  'Νικόλαος',
  'Χρήστος',
  'Παναγιώτης',
  'Βασίλης',
  'Αθανάσιος',
  'Μιχάλης',
  'Σπύρος',
  'Ευάγγελος',
];
const surnames: readonly (readonly [string, string])[] = [
  ['Παπαδόπουλος', 'Παπαδοπούλου'],
  ['Βλάχος', 'Βλάχου'],
  ['Αγγελόπουλος', 'Αγγελοπούλου'],
  ['Νικολαΐδης', 'Νικολαΐδη'],
  ['Μακρής', 'Μακρή'],
  ['Καραγιάννης', 'Καραγιάννη'],
  ['Οικονομίδης', 'Οικονομίδη'],
  ['Ζαφειρόπουλος', 'Ζαφειροπούλου'],
  ['Τριανταφύλλου', 'Τριανταφύλλου'],
  ['Χατζηδάκης', 'Χατζηδάκη'],
  ['Κωστόπουλος', 'Κωστοπούλου'],
  ['Σταματίου', 'Σταματίου'],
  ['Λαμπρόπουλος', 'Λαμπροπούλου'],
  ['Φραγκιαδάκης', 'Φραγκιαδάκη'],
];

export interface DemoOccupant {
  readonly fullName: string;
  readonly email: string;
  readonly phone: string;
}

/** An invented person; addresses end in `.example` (RFC 2606), so nothing can ever be sent to anybody. */
export function occupant(random: SeededRandom): DemoOccupant {
  const female = random.below(2) === 0;
  const [male, feminine] = random.pick(surnames);
  const first = random.pick(female ? femaleNames : maleNames);
  const number = 1_000_000 + random.below(8_999_999);
  return { fullName: `${first} ${female ? feminine : male}`, email: `resident-${number}@residents.example`, phone: `+30 694 ${number}` };
}

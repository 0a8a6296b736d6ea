import { describe, expect, it } from 'vitest';
import { compactIban, groupedIban, isIban } from './iban.ts';

/** The examples of the IBAN registry. */
const examples = [
  'GR1601101250000000012300695',
  'CY17002001280000001200527600',
  'DE89370400440532013000',
  'NO9386011117947',
  'MT84MALT011000012345MTLCAST001S',
];

describe('isIban', () => {
  it.each(examples)('takes %s', (iban) => expect(isIban(iban)).toBe(true));

  it('notices every single digit that is wrong, and every two neighbours that changed places', () => {
    const [greek = ''] = examples;
    for (let at = 2; at < greek.length; at += 1) {
      for (const digit of '0123456789')
        if (digit !== greek[at]) expect(isIban(greek.slice(0, at) + digit + greek.slice(at + 1))).toBe(false);
      const swapped = greek.slice(0, at) + (greek[at + 1] ?? '') + (greek[at] ?? '') + greek.slice(at + 2);
      if (swapped !== greek) expect(isIban(swapped)).toBe(false);
    }
  });

  it.each([
    '',
    'GR',
    'GR16',
    'GR160110125000000001230069',
    'GR16011012500000000123006955',
    'CH9300762011623852957',
    'XX1601101250000000012300695',
    'gr1601101250000000012300695',
    'GR16 0110 1250',
    'ΓR1601101250000000012300695',
  ])('refuses %j', (text) => expect(isIban(text)).toBe(false));
});

it('reads what people type, and writes what they read', () => {
  expect(compactIban(' gr16 0110\u00a01250 0000 0001 2300 695 ')).toBe('GR1601101250000000012300695');
  expect(groupedIban('GR1601101250000000012300695')).toBe('GR16 0110 1250 0000 0001 2300 695');
});

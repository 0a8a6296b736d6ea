import { fleetFileStrings } from '@concierge/i18n/fleet-file.ts';
import { describe, expect, it } from 'vitest';
import { headLine, numberCell, textCell } from './csv-rules.ts';

describe('a cell of text', () => {
  it.each([
    ['Είσοδος', 'Είσοδος'],
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ['+30 210 5550101', "'+30 210 5550101"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1+1', `"'\t'=1+1"`],
    ['\tΕίσοδος', `"'\tΕίσοδος"`],
    ['  =1+1', "'  =1+1"],
    ['\u00a0=1', "'\u00a0=1"],
    ['\r=1', `"'\r'=1"`],
    // Split by another separator than ours, each of these is two cells.
    ['Α,=1+1', `"Α,'=1+1"`],
    ['Α;=1+1', `"Α;'=1+1"`],
    ['Α\t@SUM(A1)', `"Α\t'@SUM(A1)"`],
    ['Α\n+1', `"Α\n'+1"`],
    ['Α, \u00a0-1', `"Α,' \u00a0-1"`],
    ['Α,"=1"', `"Α,'""=1"""`],
    ['=1,=2;=3', `"'=1,'=2;'=3"`],
    ['κτίριο Α-Β, ισόγειο', '"κτίριο Α-Β, ισόγειο"'],
    ['|calc', "'|calc"],
    ['a;b', '"a;b"'],
    ['a,b', '"a,b"'],
    ['a\tb', '"a\tb"'],
    ['λέει "ναι"', '"λέει ""ναι"""'],
    ['δύο\nγραμμές', '"δύο\nγραμμές"'],
    ['2026-11-21T12:00:00.000Z', '2026-11-21T12:00:00.000Z'],
    ['', ''],
  ])('%j', (text, cell) => {
    expect(textCell(text)).toBe(cell);
  });
});

it('writes numbers as the reader writes them', () => {
  expect([numberCell(63.8, 'el'), numberCell(63.8, 'en'), numberCell(-5.5, 'el'), numberCell(null, 'el')]).toEqual([
    '63,8',
    '63.8',
    '-5,5',
    '',
  ]);
});

it('begins with the mark of UTF-8', () => {
  expect(headLine(fleetFileStrings.el, 'el')).toMatch(/^\ufeffΟθόνη;Θέση;.*;Αναγνωριστικό\r\n$/);
});

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { refusedCardFiles } from './card-files.ts';

let folder: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder[Symbol.dispose]());

const say = (file: string, text: string) => writeFileSync(join(folder.path, file), text);

describe('what the appliance made of the card’s files', () => {
  it('is told where one was refused', () => {
    say('wifi.json', '{"state":"refused","reason":"password"}\n');
    say('claim.json', '{"state":"refused","reason":"cloud"}\n');
    expect(refusedCardFiles(folder.path)).toEqual([
      { file: 'wifi', fault: 'password' },
      { file: 'claim', fault: 'cloud' },
    ]);
  });

  it.each([
    ['taken', '{"state":"taken","reason":""}'],
    ['not there', '{"state":"absent","reason":""}'],
    ['refused for a reason of another version', '{"state":"refused","reason":"moonlight"}'],
    ['told with more than there is to tell', '{"state":"refused","reason":"password","password":"12345678"}'],
    ['told at length', `{"state":"refused","reason":"password"}${' '.repeat(1_000)}`],
    ['half written', '{"state":"ref'],
  ])('is not spoken of where one was %s', (_what, text) => {
    say('wifi.json', text);
    expect(refusedCardFiles(folder.path)).toEqual([]);
  });

  it('is nothing where there is no appliance, or no file', () => {
    mkdirSync(join(folder.path, 'wifi.json'));
    symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'claim.json'));
    expect([refusedCardFiles(folder.path), refusedCardFiles(undefined)]).toEqual([[], []]);
  });
});

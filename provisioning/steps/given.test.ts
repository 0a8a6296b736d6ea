import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { surroundings } from '../testing/surroundings.ts';
import { CLAIM_FILE, claimText, tokenInFolder, wifiText, writeOnPartition } from './boot-partition.ts';
import { readPassword } from './password.ts';
import { readSerials } from './serials.ts';

// What people give the program: passwords, lists, folders, a Wi-Fi.

const asked = { question: 'Password: ', option: '--password-file' };
const token = `01900000-0000-7000-8000-00000000b000.${'s'.repeat(43)}`;

describe('a password', () => {
  it('comes from whoever types, from standard input, or from a file of one line', async () => {
    expect(await readPassword(surroundings({ typed: 'pass word' }), { ...asked, file: undefined })).toEqual({
      ok: true,
      value: 'pass word',
    });
    expect(await readPassword(surroundings({ input: 'pass word\r\n' }), { ...asked, file: '-' })).toEqual({ ok: true, value: 'pass word' });
    const at = surroundings();
    writeFileSync(join(at.workingFolder, 'file'), ' κωδικός \n', { mode: 0o600 });
    expect(await readPassword(at, { ...asked, file: 'file' })).toEqual({ ok: true, value: ' κωδικός ' });
  });

  it.each([
    ['nobody who could be asked', surroundings, undefined, 'usage'],
    ['an empty line typed', () => surroundings({ typed: '' }), undefined, 'usage'],
    ['nothing', () => surroundings({ input: '' }), '-', 'refused'],
    ['two lines', () => surroundings({ input: 'one\ntwo\n' }), '-', 'refused'],
    ['far too much', () => surroundings({ input: 'x'.repeat(2_000) }), '-', 'refused'],
    ['a file that is not there', surroundings, 'nowhere', 'refused'],
    ['a folder', surroundings, '.', 'refused'],
  ])('is refused with %s', async (_what, make, file, ending) => {
    expect(await readPassword(make(), { ...asked, file })).toMatchObject({ ok: false, error: { ending } });
  });
});

describe('a list of serials', () => {
  const read = (input: string, serial: readonly string[] = []) => readSerials(surroundings({ input }), { serial, serials: '-' });

  it('is one in a line, in small letters, each once, without remarks', async () => {
    expect(await read('\ufeff# Box\r\n10000000A1B2C3D4 # spare\r\n\r\n  x-9 \nX-9\n', ['first'])).toEqual({
      ok: true,
      value: ['first', '10000000a1b2c3d4', 'x-9'],
    });
    expect(await readSerials(surroundings(), { serial: [], serials: undefined })).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['two in a line', 'a b\n', /line 1 of -/],
    ['a comma', 'ok\na,b\n', /line 2 of -/],
    ['a path', '../x\n', /line 1/],
    ['a control character', 'a\u001b[2Jb\n', /line 1/],
    ['one too long', `${'a'.repeat(61)}\n`, /line 1/],
    ['more than a batch holds', Array.from({ length: 1_001 }, (_, at) => `s-${at}`).join('\n'), /at most 1000/],
  ])('is refused with %s, and says where', async (_what, input, message) => {
    expect(await read(input)).toMatchObject({ ok: false, error: { ending: 'refused', message: expect.stringMatching(message) } });
  });
});

describe('a boot partition', () => {
  it('is given back the token that was written on it', () => {
    const { workingFolder } = surroundings();
    expect(tokenInFolder(workingFolder)).toEqual({ ok: true, value: null });
    const text = claimText(new URL('https://cloud.example.org'), token);
    expect(writeOnPartition(workingFolder, { [CLAIM_FILE]: text })).toMatchObject({ ok: true });
    expect(readFileSync(join(workingFolder, CLAIM_FILE), 'utf8')).toBe(`cloud=https://cloud.example.org/\ntoken=${token}\n`);
    expect(statSync(join(workingFolder, CLAIM_FILE)).mode & 0o777).toBe(0o600);
    expect(tokenInFolder(workingFolder)).toEqual({ ok: true, value: token });
  });

  it.each([
    ['somebody else’s file', (file: string) => writeFileSync(file, 'hello')],
    ['one that was cut short', (file: string) => writeFileSync(file, `token=${token.slice(0, -1)}\n`)],
    ['one far too long', (file: string) => writeFileSync(file, `token=${token}\n`.padEnd(2_000))],
    ['a folder', (file: string) => mkdirSync(file)],
    ['a link', (file: string) => symlinkSync('/dev/null', file)],
  ])('is refused with %s in the place of ours', (_what, plant) => {
    const { workingFolder } = surroundings();
    plant(join(workingFolder, CLAIM_FILE));
    expect(tokenInFolder(workingFolder)).toMatchObject({ ok: false, error: { ending: 'refused' } });
  });

  it('takes a Wi-Fi as the appliance will, and refuses what that would refuse', () => {
    const good = { country: 'GR', network: 'Λόμπι 5G', password: 'correct horse "battery"', hidden: true };
    expect(wifiText(good)).toEqual({ ok: true, value: 'country=GR\nnetwork=Λόμπι 5G\npassword=correct horse "battery"\nhidden=yes\n' });
    for (const bad of [
      { country: 'gr' },
      { country: 'GRC' },
      { network: '' },
      { network: 'ω'.repeat(17) },
      { network: 'a\npassword=x' },
      { password: 'short' },
      { password: 'x'.repeat(64) },
      { password: 'κωδικός πολύς' },
      { password: 'eight ch\nhidden=yes' },
    ])
      expect(wifiText({ ...good, ...bad }), JSON.stringify(bad)).toMatchObject({ ok: false });
  });
});

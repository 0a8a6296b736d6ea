import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDisplayPower } from '../device/display-power.ts';
import { writeWord } from './word-file.ts';

// The appliance reads these words as another user. That was once so for the reboot and not for the display, which no lobby could switch.

let folder: string;
let before: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concierge-word-'));
  before = process.umask(0o077);
});
afterEach(() => {
  process.umask(before);
  rmSync(folder, { recursive: true, force: true });
});
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

it('can be read by others, whatever the umask, and takes the place of the word before', () => {
  const path = join(folder, 'wanted');
  writeFileSync(path, 'something longer\n', { mode: 0o600 });
  writeWord(path, 'off');
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['off\n', '644']);
});

it('comes whole: whoever reads meanwhile has the word before, and nothing lies beside it afterwards', () => {
  const path = join(folder, 'wanted');
  writeWord(path, 'on');
  const readsMeanwhile = openSync(path, 'r');
  writeWord(path, 'off');
  expect([readFileSync(readsMeanwhile, 'utf8'), readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['on\n', 'off\n', ['wanted']]);
  closeSync(readsMeanwhile);
});

it('comes after a power cut left half of one, and touches nothing behind a link', () => {
  const path = join(folder, 'wanted');
  writeFileSync(join(folder, 'elsewhere'), 'untouched');
  writeFileSync(`${path}.new`, 'half of something longer', { mode: 0o600 });
  symlinkSync(join(folder, 'elsewhere'), path);
  writeWord(path, 'off');
  expect([readFileSync(path, 'utf8'), modeOf(path), readFileSync(join(folder, 'elsewhere'), 'utf8')]).toEqual([
    'off\n',
    '644',
    'untouched',
  ]);
});

it('is how the display is asked for', () => {
  const path = join(folder, 'wanted');
  const display = createDisplayPower({ file: path, monotonicMs: () => 0, logger: { warn: () => undefined, info: () => undefined } });
  // Every start begins lit, before it is known what is shown.
  display.follow({ phase: 'starting', lit: true });
  expect(existsSync(path)).toBe(false);
  display.follow({ phase: 'running', lit: false });
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['off\n', '644']);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { noDisplayIsPlugged } from './plugged-display.ts';

it.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['a television that is on', { 'card0-HDMI-A-1': 'connected', 'card0-HDMI-A-2': 'disconnected' }, false],
  ['a television that is off at the wall', { 'card0-HDMI-A-1': 'disconnected', 'card0-HDMI-A-2': 'disconnected' }, true],
  ['a television that is off, beside what writes into memory', { 'card0-HDMI-A-1': 'disconnected', 'card0-Writeback-1': 'unknown' }, true],
  ['a machine without connectors', { renderD128: 'disconnected' }, false],
])('%s', (_what, connectors, expected) => {
  using directory = temporaryDirectory();
  for (const [name, status] of Object.entries(connectors)) {
    mkdirSync(join(directory.path, name));
    writeFileSync(join(directory.path, name, 'status'), `${status}\n`);
  }
  expect(noDisplayIsPlugged(directory.path)).toBe(expected);
});

it('a machine that does not say', () => {
  expect(noDisplayIsPlugged('/nowhere')).toBe(false);
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger, temporaryDirectory } from '../testing/kiosk.ts';
import { depart } from './departure.ts';
import { isDeparting, KEY_FILE } from './identity.ts';
import { createPrivateDirectory, type PrivateDirectory } from './private-directory.ts';

let folder: ReturnType<typeof temporaryDirectory>;
let directory: PrivateDirectory;
let done: string[];
let monotonicMs: number;
const stopping = new AbortController();

beforeEach(() => {
  folder = temporaryDirectory();
  directory = createPrivateDirectory(join(folder.path, 'identity'));
  directory.prepare();
  for (const name of [KEY_FILE, 'certificate.pem', 'authority.pem', 'claim.json', 'serial']) directory.write(name, name);
  done = [];
  monotonicMs = 0;
});
afterEach(() => folder[Symbol.dispose]());

const leave = (tell: () => Promise<boolean>, signal = stopping.signal) =>
  depart({
    directory,
    cache: { erase: () => done.push('erased') },
    async tell() {
      done.push('told');
      return tell();
    },
    disconnect: async () => void done.push('disconnected'),
    monotonicMs: () => monotonicMs,
    stopping: signal,
    logger: silentLogger,
    tellWithinMs: 60_000,
  });
const files = () => readdirSync(join(folder.path, 'identity')).sort();

describe('a departure', () => {
  it('erases what was shown before it says so, and who the device was after', async () => {
    await leave(async () => {
      expect(isDeparting(directory)).toBe(true);
      expect(files()).toContain('claim.json');
      return true;
    });
    expect(done).toEqual(['erased', 'told', 'disconnected', 'erased']);
    // The serial is the machine's, not the building's.
    expect(files()).toEqual(['serial']);
    expect(isDeparting(directory)).toBe(false);
  });

  it('tells until it is heard', async () => {
    let heard = 0;
    await leave(async () => {
      heard += 1;
      return heard === 3;
    });
    expect(done.filter((step) => step === 'told')).toHaveLength(3);
    expect(files()).toEqual(['serial']);
  });

  it('does not wait for ever for a cloud that lets it in no more', async () => {
    await leave(async () => {
      monotonicMs += 30_001;
      return false;
    });
    expect(done.filter((step) => step === 'told')).toHaveLength(2);
    expect(files()).toEqual(['serial']);
  });

  it('that is interrupted is still one at the next start', async () => {
    const stop = new AbortController();
    await leave(async () => {
      stop.abort();
      return false;
    }, stop.signal);
    expect(isDeparting(directory)).toBe(true);
    expect(existsSync(join(folder.path, 'identity', 'claim.json'))).toBe(true);
    await leave(async () => true);
    expect(files()).toEqual(['serial']);
  });
});

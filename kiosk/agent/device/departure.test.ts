import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { depart, isDismissed } from './departure.ts';
import { isDeparting, KEY_FILE } from './identity.ts';
import { createPrivateDirectory, type PrivateDirectory } from './private-directory.ts';

let folder: ReturnType<typeof temporaryDirectory>;
let directory: PrivateDirectory;
let done: string[];
let monotonicMs: number;
/** Whether the disk lets go of what was shown. */
let disk: 'well' | 'read-only';
let dismissed: boolean;
let stop: AbortController;

beforeEach(() => {
  folder = temporaryDirectory();
  directory = createPrivateDirectory(join(folder.path, 'identity'));
  directory.prepare();
  for (const name of [KEY_FILE, 'certificate.pem', 'authority.pem', 'claim.json', 'serial']) directory.write(name, name);
  done = [];
  monotonicMs = 0;
  disk = 'well';
  dismissed = false;
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  folder[Symbol.dispose]();
});

const leave = (told: () => boolean) =>
  depart({
    directory,
    erase() {
      done.push(disk === 'well' ? 'erased' : 'could not erase');
      return disk === 'well';
    },
    async tell(event, detail) {
      done.push(detail === null ? event : `${event}: ${detail}`);
      return told();
    },
    dismissed: () => dismissed,
    disconnect: async () => void done.push('disconnected'),
    monotonicMs: () => monotonicMs,
    random: () => 0,
    stopping: stop.signal,
    logger: silentLogger,
    waits: { erase: { baseMs: 2, capMs: 5 }, tell: { baseMs: 2, capMs: 5 }, silenceMs: 60_000 },
  });
const files = () => readdirSync(join(folder.path, 'identity')).sort();
const times = (step: string) => done.filter((one) => one === step).length;

describe('nothing is expected any more of a device that leaves', () => {
  const broker = (withdrawn: boolean, turnedAway: boolean) => ({ withdrawn: () => withdrawn, turnedAway: () => turnedAway });
  it.each([
    ['and is let in, as long as its word stands', broker(false, false), null, false],
    ['once its word is taken back', broker(true, false), null, true],
    ['that its broker alone turns away: its certificate may have run out', broker(false, true), null, false],
    ['that its broker and the cloud turn away', broker(false, true), 'refused', true],
    ['that somebody refuses a certificate, while its broker lets it in', broker(false, false), 'refused', false],
    ['of which the cloud signed that it is nobody’s', broker(false, false), 'ended', true],
    ['and has no connection to tell it over', null, null, true],
  ] as const)('%s', (_what, by, cloud, expected) => expect(isDismissed(by, cloud)).toBe(expected));
});

describe('a departure', () => {
  it('erases what was shown before it says so, and who the device was after that was heard', async () => {
    await leave(() => {
      expect(isDeparting(directory)).toBe(true);
      expect(files()).toContain('claim.json');
      dismissed = true;
      return true;
    });
    expect(done).toEqual(['erased', 'decommissioned', 'disconnected', 'erased']);
    // The serial is the machine's, not the building's.
    expect(files()).toEqual(['serial']);
    expect(isDeparting(directory)).toBe(false);
  });

  it('tells until the cloud has heard it, not only its broker', async () => {
    await leave(() => {
      dismissed = times('decommissioned') === 3;
      return true;
    });
    expect(times('decommissioned')).toBe(3);
    expect(files()).toEqual(['serial']);
  });

  it('waits long, but not for ever, for a cloud that it cannot reach', async () => {
    await leave(() => {
      monotonicMs += 30_000;
      return false;
    });
    expect(times('decommissioned')).toBe(2);
    expect(files()).toEqual(['serial']);
  });

  it('does not say that it is wiped before the disk has let go of everything, and says what is in the way once', async () => {
    disk = 'read-only';
    const leaving = leave(() => {
      dismissed = times('decommissioned') > 0;
      return true;
    });
    await until('it has tried again', () => times('could not erase') >= 3);
    expect(done.slice(0, 3)).toEqual(['could not erase', 'wipe-failed: files-not-erased', 'could not erase']);
    expect(times('wipe-failed: files-not-erased')).toBe(1);
    expect([isDeparting(directory), existsSync(join(folder.path, 'identity', KEY_FILE))]).toEqual([true, true]);
    disk = 'well';
    await leaving;
    expect(times('decommissioned')).toBe(1);
    expect(files()).toEqual(['serial']);
  });

  it('that the disk does not let it note is not told as done either', async () => {
    // In the place of the note's file on its way.
    const inTheWay = join(folder.path, 'identity', 'departing.partial');
    mkdirSync(join(inTheWay, 'x'), { recursive: true });
    const leaving = leave(() => {
      dismissed = times('decommissioned') > 0;
      return true;
    });
    await until('it has tried again', () => times('erased') >= 3);
    expect(done.slice(0, 2)).toEqual(['erased', 'wipe-failed: not-noted']);
    expect(files()).toContain('claim.json');
    rmSync(inTheWay, { recursive: true });
    await leaving;
    expect(files()).toEqual(['serial']);
  });

  it('that is interrupted is still one at the next start', async () => {
    await leave(() => {
      stop.abort();
      return false;
    });
    expect(isDeparting(directory)).toBe(true);
    expect(existsSync(join(folder.path, 'identity', 'claim.json'))).toBe(true);
    stop = new AbortController();
    await leave(() => {
      dismissed = true;
      return true;
    });
    expect(files()).toEqual(['serial']);
  });
});

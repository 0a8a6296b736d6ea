import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { kindsOfDisk, type SmallDisk } from '../testing/small-disk.ts';
import { bootRelease } from './boot-chooser.ts';
import type { InstallStep } from './installer.ts';
import { hashesBelow } from './testing/bundles.ts';
import { type DeviceLife, startLife } from './testing/device-life.ts';
import { expectedFiles, type ReleaseCloud, startReleaseCloud } from './testing/release-cloud.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let cloud: ReleaseCloud;
let disk: SmallDisk;
beforeEach(async () => {
  directory = temporaryDirectory();
  cloud = await startReleaseCloud();
});
afterEach(async () => {
  await cloud.stop();
  await disk.stop();
  directory[Symbol.dispose]();
});

function live(pauseAt?: InstallStep | 'committed'): DeviceLife {
  return startLife({
    folder: disk.path,
    cloudUrl: cloud.url,
    compiled: join(directory.path, 'compiled'),
    command: (program) => disk.command(program),
    ...(pauseAt === undefined ? {} : { pauseAt }),
  });
}

async function installReleaseOne(): Promise<void> {
  const first = live('committed');
  await first.until(/^paused$/);
  await first.kill();
}

const [tmpfs, fileSizes] = kindsOfDisk;
const unless = (kind: typeof tmpfs): string => (kind?.available === true ? '' : ' (skipped: it cannot be made by this user here)');

describe('on a disk without room', () => {
  it.skipIf(tmpfs?.available !== true)(
    `a device stays with its release, and takes the next when there is room${unless(tmpfs)}`,
    async () => {
      if (tmpfs === undefined) return;
      disk = await tmpfs.create(directory.path);
      await installReleaseOne();
      disk.fill(null);
      const life = live();
      await life.until(/^disk-full 2$/);
      disk.free(null);
      await life.until(/^committed 2$/);
      expect(life.lines.filter((line) => line.startsWith('committed 1'))).toEqual([]);
      await life.kill();
    },
  );
});

describe('on a disk that fills up half way', () => {
  const steps = ['room-made', 'spare-cleared', 'unpacked', 'sealed'] as const;
  it.skipIf(fileSizes?.available !== true).each(steps)(
    `after the step %s, an install ends and leaves the good release as it was${unless(fileSizes)}`,
    async (step) => {
      if (fileSizes === undefined) return;
      disk = await fileSizes.create(directory.path);
      await installReleaseOne();
      const life = live(step);
      await life.until(/^paused$/);
      disk.fill(life.child);
      writeFileSync(`${disk.path}.go-on`, '');
      await life.until(/^disk-full 2$/);

      // A device that starts on the full disk is asked here, where nothing limits the answer's own writing.
      const chosen = bootRelease(disk.path, 0);
      expect(chosen).toMatchObject({ sequence: 1, onTrial: false });
      expect(hashesBelow(join(disk.path, 'slots', chosen?.slot ?? '', 'files'))).toEqual(expectedFiles(1));
      disk.free(life.child);
      await life.until(/^committed 2$/);
      await life.kill();
    },
  );
});

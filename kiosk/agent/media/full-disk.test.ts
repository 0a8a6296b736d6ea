import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startBundleServer } from '../release/testing/bundle-server.ts';
import { temporaryDirectory, until } from '../testing/kiosk.ts';
import { kindsOfDisk } from '../testing/small-disk.ts';
import { aPicture } from './testing/shelf.ts';

const fetcher = fileURLToPath(new URL('testing/endless-fetcher.ts', import.meta.url));

for (const kind of kindsOfDisk) {
  describe.skipIf(!kind.available)(`on ${kind.name} (skipped where it cannot be made)`, () => {
    it('keeps what it has while the disk is full, lives on, and gets the rest when there is room again', async () => {
      using directory = temporaryDirectory();
      const disk = await kind.create(directory.path);
      const server = await startBundleServer();
      const pictures = [aPicture(30_000), aPicture(400_000)];
      for (const { media, file } of pictures) server.files.set(`api/kiosk/media/${media.sha256}`, file);
      const [first, second] = pictures.map(({ media }) => media.sha256);
      // The second one's line is held up until the disk is full.
      server.faults.push('whole', 'silent', 'silent');
      const [program, ...words] = disk.command([
        process.execPath,
        fetcher,
        disk.path,
        server.url.href,
        JSON.stringify(pictures.map(({ media }) => media)),
      ]);
      const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        const said: string[] = [];
        createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
        await until('the first is ready', () => said.includes(first ?? ''), 15_000);
        disk.fill(child);
        await sleep(1_500);
        expect(child.exitCode).toBeNull();
        expect(said).not.toContain(second);
        disk.free(child);
        await until('the second is ready', () => said.includes(second ?? ''), 15_000);
      } finally {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        await server.stop();
        await disk.stop();
      }
    }, 60_000);
  });
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startBundleServer } from '../release/testing/bundle-server.ts';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { aPicture } from './testing/shelf.ts';

const fetcher = fileURLToPath(new URL('testing/endless-fetcher.ts', import.meta.url));
const KILLS = 24;

it('has only whole files under their names after SIGKILL at any moment, loses none that it called ready, and gets all in the end', async () => {
  using directory = temporaryDirectory();
  const server = await startBundleServer();
  try {
    // Of many sizes, so that kills fall into files, between them, and into their naming.
    const pictures = Array.from({ length: 40 }, (_, index) => aPicture(20_000 + index * 30_000));
    for (const { media, file } of pictures) server.files.set(`api/kiosk/media/${media.sha256}`, file);
    const list = JSON.stringify(pictures.map(({ media }) => media));
    const known = new Set(pictures.map(({ media }) => media.sha256));
    const said = new Set<string>();
    for (let round = 0; said.size < pictures.length; round += 1) {
      expect(round).toBeLessThan(KILLS * 3);
      const child = spawn(process.execPath, [fetcher, directory.path, server.url.href, list], { stdio: ['ignore', 'pipe', 'inherit'] });
      const reading = createInterface({ input: child.stdout });
      const begun = once(reading, 'line');
      reading.on('line', (line) => line !== 'begun' && said.add(line));
      await begun;
      // The first rounds are short; the last one may end its work.
      await sleep(round < KILLS ? Math.random() * 25 : 2_000);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await sleep(5);
      const folder = join(directory.path, 'media');
      const names = existsSync(folder) ? readdirSync(folder) : [];
      for (const name of names.filter((one) => !one.endsWith('.part'))) {
        expect(known).toContain(name);
        expect(
          createHash('sha256')
            .update(readFileSync(join(folder, name)))
            .digest('hex'),
          `round ${round}`,
        ).toBe(name);
      }
      for (const sha256 of said) expect(names, `round ${round}`).toContain(sha256);
    }
  } finally {
    await server.stop();
  }
}, 120_000);

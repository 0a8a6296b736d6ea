import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A card with ext4 in an image file, mounted where nobody else sees it. Unlike after SIGKILL, a cut here loses what was not flushed: the image holds
 * only what the file system has sent to the card, and the cut card is that image.
 */
export interface Card {
  /** The card's folder as seen from outside of its namespace. */
  readonly path: string;
  command(program: readonly string[]): readonly [string, ...string[]];
  /** Loses all that is not on the card and mounts what is left, as a device does that starts again. Nothing may be running on it. */
  cut(): void;
  stop(): Promise<void>;
}

const CARD_BYTES = 16_777_216;
/** Longer than any life here, so that nothing reaches the card but what was flushed on purpose. */
const COMMIT_SECONDS = 300;

/** Only root may mount an image, and only where there are loop devices. */
export function mayMountCards(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'card-try-'));
  try {
    const image = makeImage(folder);
    return process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'mount', '-o', 'loop', image, folder]).status === 0;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function createCard(folder: string): Promise<Card> {
  let image = makeImage(folder);
  const mountPoint = join(folder, 'mounted');
  mkdirSync(mountPoint);
  // The holder ends with this process, whatever happens to it, and the mount with the holder.
  const holder = spawn('unshare', ['-m', 'sh', '-c', 'echo ready && exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const command = (program: readonly string[]): readonly [string, ...string[]] => [
    'nsenter',
    '-t',
    String(holder.pid),
    '-m',
    '--',
    ...program,
  ];
  let cuts = 0;

  function inside(...argv: readonly string[]): void {
    const [program, ...rest] = command(argv);
    const { status, stderr } = spawnSync(program, rest);
    if (status !== 0) throw new Error(`${argv.join(' ')} failed: ${stderr.toString()}`);
  }
  const mount = (): void => inside('mount', '-o', `loop,commit=${COMMIT_SECONDS}`, image, mountPoint);
  mount();

  return {
    path: join(`/proc/${holder.pid}/root`, mountPoint),
    command,
    cut() {
      cuts += 1;
      const after = join(folder, `after-${cuts}.img`);
      copyFileSync(image, after);
      inside('umount', mountPoint);
      rmSync(image);
      image = after;
      mount();
    },
    async stop() {
      holder.stdin.end();
      await once(holder, 'exit');
    },
  };
}

function makeImage(folder: string): string {
  const image = join(folder, 'card.img');
  writeFileSync(image, '');
  truncateSync(image, CARD_BYTES);
  const { status, error } = spawnSync('mkfs.ext4', ['-q', '-F', image]);
  if (status !== 0) throw error ?? new Error('mkfs.ext4 failed');
  return image;
}

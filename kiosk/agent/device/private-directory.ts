import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** A directory only its owner can read, for the device's key and what was told to it when it was claimed. */
export interface PrivateDirectory {
  /** Makes the directory (0700) and tightens what was loosened; returns the names whose mode had to be mended. */
  prepare(): readonly string[];
  /** The text of a file, or null when there is none. Throws when it is there and cannot be read. */
  read(name: string): string | null;
  /** Replaces a file as a whole: after a power cut there is the old text or the new, never half of either. */
  write(name: string, text: string): void;
  /** Removes a file, durably; nothing happens when there is none. */
  remove(name: string): void;
}

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const MAX_FILE_BYTES = 65_536;

export function createPrivateDirectory(path: string): PrivateDirectory {
  return {
    prepare() {
      mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE });
      const mended = tighten(path, DIRECTORY_MODE) ? ['.'] : [];
      for (const name of readdirSync(path)) {
        const file = join(path, name);
        if (name.endsWith('.partial')) rmSync(file, { force: true });
        else if (lstatSync(file).isFile() && tighten(file, FILE_MODE)) mended.push(name);
      }
      return mended;
    },

    read(name) {
      const file = join(path, name);
      const found = lstatSync(file, { throwIfNoEntry: false });
      if (found === undefined) return null;
      if (!found.isFile() || found.size > MAX_FILE_BYTES) throw new Error(`${name} in the identity directory is not a small regular file`);
      return readFileSync(file, 'utf8');
    },

    write(name, text) {
      const partial = join(path, `${name}.partial`);
      rmSync(partial, { force: true });
      const descriptor = openSync(partial, 'wx', FILE_MODE);
      try {
        writeSync(descriptor, text);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      const file = join(path, name);
      // What a damaged card has made of a file is no reason to keep no other.
      if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true) rmSync(file, { recursive: true });
      renameSync(partial, file);
      syncDirectory(path);
    },
    remove(name) {
      rmSync(join(path, name), { recursive: true, force: true });
      syncDirectory(path);
    },
  };
}

/** The text of a file, null when there is none, and nothing when it is there and cannot be read: then it is as good as damaged. */
export function readOrNothing(directory: PrivateDirectory, name: string): string | null {
  try {
    return directory.read(name);
  } catch {
    return '';
  }
}

function tighten(path: string, mode: number): boolean {
  if ((lstatSync(path).mode & 0o777 & ~mode) === 0) return false;
  chmodSync(path, mode);
  return true;
}

/** A rename is durable only when the directory is. Windows cannot open directories and does not need it. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

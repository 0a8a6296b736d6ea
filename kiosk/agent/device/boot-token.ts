import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { BootToken } from '@concierge/contract/http/device-batches.ts';
import type { Logger } from 'pino';

/** What the card of a batch brought (ADR 0019): it goes with the device's question for a code until the device is claimed, and is erased then. */
export interface BootTokenFile {
  /** Null where there is none, or nothing that is one. */
  read(): string | null;
  erase(): void;
}

const MAX_BYTES = 1_024;

export function createBootTokenFile(path: string | undefined, logger: Logger): BootTokenFile {
  return {
    read() {
      if (path === undefined) return null;
      try {
        const found = lstatSync(path, { throwIfNoEntry: false });
        if (found === undefined || !found.isFile() || found.size > MAX_BYTES) return null;
        const token = BootToken.safeParse(readFileSync(path, 'utf8').trim());
        return token.success ? token.data : null;
      } catch (error) {
        logger.warn({ error }, 'the boot token cannot be read');
        return null;
      }
    },

    erase() {
      if (path === undefined) return;
      try {
        const found = lstatSync(path, { throwIfNoEntry: false });
        if (found === undefined) return;
        // Overwritten first, as far as a card can forget.
        if (found.isFile()) overwrite(path, Math.min(found.size, MAX_BYTES));
        rmSync(path, { force: true });
        if (process.platform !== 'win32') sync(dirname(path));
        logger.info('the boot token is erased');
      } catch (error) {
        // It is spent: the next start tries again.
        logger.warn({ error }, 'the boot token could not be erased');
      }
    },
  };
}

function overwrite(path: string, bytes: number): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, Buffer.alloc(bytes));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function sync(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type LadderMemory, newMemory, stepsInOrder } from './ladder.ts';

/** Where a shell keeps how far up the ladder it is. */
export interface LadderMemoryFile {
  /** A file that is missing or damaged is a new memory: a screen must come up in any case. */
  load(): LadderMemory;
  /** Throws when the disk does not take it. */
  save(memory: LadderMemory): void;
}

const MAX_REMEMBERED = 100;

/** Not strict: after a rollback it is a newer shell that wrote it. */
const Memory = z.object({
  step: z.enum(stepsInOrder),
  attempts: z.int().nonnegative().max(MAX_REMEMBERED),
  rebootedAtMs: z.array(z.int().nonnegative()).max(MAX_REMEMBERED),
});

export function createLadderMemoryFile(path: string): LadderMemoryFile {
  return {
    load() {
      try {
        return Memory.parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch {
        return newMemory;
      }
    },
    save(memory) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // Renamed into place and flushed: what follows a save may be a reboot.
      writeFileSync(`${path}.new`, JSON.stringify(memory), { mode: 0o600, flush: true });
      renameSync(`${path}.new`, path);
    },
  };
}

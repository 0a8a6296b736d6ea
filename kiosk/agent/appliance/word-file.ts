import { closeSync, fchmodSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * Leaves one word for the appliance, which watches the file and reads it as somebody else: the folder keeps strangers out, not the file, and it is the writer's own. The word takes the place
 * of the one before by its name, since whoever hears of a file that is opened, or given its mode, reads at once, and would find nothing in it. The mode is set because the agent's own umask,
 * which keeps its cache private, would else decide.
 */
export function writeWord(path: string, word: string): void {
  const unfinished = `${path}.new`;
  const file = openSync(unfinished, 'w', 0o644);
  try {
    fchmodSync(file, 0o644);
    writeSync(file, `${word}\n`);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}

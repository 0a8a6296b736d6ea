import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';

/**
 * Leaves one word for the appliance, which watches the file and reads it as somebody else: the folder keeps strangers out, not the file. It is readable before the word is in it, because
 * whoever hears of the write reads at once; and the agent's own umask, which keeps its cache private, would else decide.
 */
export function writeWord(path: string, word: string): void {
  const file = openSync(path, 'w', 0o644);
  try {
    fchmodSync(file, 0o644);
    writeSync(file, `${word}\n`);
  } finally {
    closeSync(file);
  }
}

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeWord } from './word-file.ts';

/** How long the appliance may take to say whether it will. */
const ANSWER_WITHIN_MS = 8_000;
const LOOK_EVERY_MS = 100;

/**
 * What may be wished for, each a fixed word, in a folder of its own: of the agent a reboot that the office asked for, of the shell the two upper steps of its ladder.
 */
const wishes = {
  reboot: { folder: 'reboot', word: 'reboot' },
  'restart-compositor for a sick screen': { folder: 'step', word: 'restart-compositor' },
  'reboot for a sick screen': { folder: 'step', word: 'reboot' },
} as const;
export type Wish = keyof typeof wishes;

/**
 * Wishes something of the appliance, by a fixed word in a file that it watches; who asks has no right to it. Settles when the appliance has said that it will, before it does. Throws where
 * nobody is asked, nobody answers, or there has been enough of it.
 */
export async function askAppliance(wish: Wish, applianceDir: string, answerWithinMs = ANSWER_WITHIN_MS): Promise<void> {
  const { folder, word } = wishes[wish];
  const answerFile = join(applianceDir, `${folder}-answer`);
  const before = stampOf(answerFile);
  writeWord(join(applianceDir, folder, 'wanted'), word);
  for (let waitedMs = 0; waitedMs < answerWithinMs; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    const now = stampOf(answerFile);
    // The appliance takes the answer of before away first: gone is not yet answered.
    if (now === null || now === before) continue;
    const answer = readFileSync(answerFile, 'utf8').trim();
    if (answer === 'accepted') return;
    throw new Error(`the appliance does not do it (${wish}): ${answer.slice(0, 40)}`);
  }
  throw new Error('the appliance did not answer');
}

/** Tells one answer from the one before it; null when there is none. */
function stampOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? null : `${found.ino} ${found.mtimeNs}`;
}

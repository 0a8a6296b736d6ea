import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeWord } from './word-file.ts';

/** How long the appliance may take to say whether it will. */
const ANSWER_WITHIN_MS = 8_000;
const LOOK_EVERY_MS = 100;

/**
 * Asks the appliance to start the machine anew, by a fixed word in a file that it watches; the agent itself has no right to. Settles when the appliance has said that it will, some seconds before it
 * does. Throws where nobody is asked, nobody answers, or the appliance has had its reboots of the day.
 */
export async function askForReboot(applianceDir: string, answerWithinMs = ANSWER_WITHIN_MS): Promise<void> {
  const answerFile = join(applianceDir, 'reboot-answer');
  const before = stampOf(answerFile);
  writeWord(join(applianceDir, 'reboot', 'wanted'), 'reboot');
  for (let waitedMs = 0; waitedMs < answerWithinMs; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    if (stampOf(answerFile) === before) continue;
    const answer = readFileSync(answerFile, 'utf8').trim();
    if (answer === 'accepted') return;
    throw new Error(`the appliance does not reboot: ${answer.slice(0, 40)}`);
  }
  throw new Error('the appliance did not answer');
}

/** Tells one answer from the one before it; null when there is none. */
function stampOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? null : `${found.ino} ${found.mtimeNs}`;
}

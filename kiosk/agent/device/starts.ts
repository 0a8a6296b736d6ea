import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'starts';
const HOUR_MS = 3_600_000;
/** More of them in an hour change nothing any more. */
const MOST_KEPT = 60;

/**
 * Notes that the agent starts now, and answers with the starts of the last hour, by the best clock there is. A file of a few lines, written once a start: a card that takes
 * nothing, or a file that decayed, costs the count and not the start.
 */
export function noteStart(dataDir: string, nowMs: number): readonly number[] {
  const path = join(dataDir, FILE);
  const starts = [...withinHour(readStarts(path), nowMs), nowMs].slice(-MOST_KEPT);
  try {
    writeFileSync(`${path}.partial`, starts.join('\n'), { mode: 0o600 });
    renameSync(`${path}.partial`, path);
  } catch {
    // The count starts anew with the next start; the disk's trouble is told elsewhere.
  }
  return starts;
}

/** Those of the hour before now; a clock that was set meanwhile makes the others look older or still to come. */
export function withinHour(starts: readonly number[], nowMs: number): number[] {
  return starts.filter((startMs) => startMs <= nowMs && startMs > nowMs - HOUR_MS);
}

function readStarts(path: string): number[] {
  try {
    const lines = readFileSync(path, 'latin1').slice(0, 2_000).split('\n');
    return lines.filter((line) => /^\d{1,15}$/.test(line)).map(Number);
  } catch {
    return [];
  }
}

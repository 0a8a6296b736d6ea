import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Surroundings } from '../terminal.ts';

/** Enough to build the command line, outside of any test. */
export const nowhere: Surroundings = {
  terminal: { write: () => undefined, tell: () => undefined, readInput: async () => null, askHidden: async () => null },
  environment: {},
  workingFolder: '.',
  nowMs: () => 0,
  randomBytes: (bytes) => Buffer.alloc(bytes),
};

export interface TestSurroundings extends Surroundings {
  readonly written: string[];
  readonly told: string[];
}

/** A terminal with nobody before it (or somebody who types `typed`), and an empty folder that goes with the test. */
export function surroundings(
  given: { input?: string; typed?: string; environment?: Readonly<Record<string, string>> } = {},
): TestSurroundings {
  const folder = mkdtempSync(join(tmpdir(), 'concierge-provision-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const written: string[] = [];
  const told: string[] = [];
  return {
    written,
    told,
    workingFolder: folder,
    environment: given.environment ?? {},
    nowMs: () => Date.parse('2026-11-21T12:00:00Z'),
    randomBytes: (bytes) => Buffer.alloc(bytes, 7),
    terminal: {
      write: (text) => void written.push(text),
      tell: (line) => void told.push(line),
      readInput: async (maxBytes) => ((given.input ?? '').length > maxBytes ? null : (given.input ?? '')),
      askHidden: async () => given.typed ?? null,
    },
  };
}

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What `.data/run.json` tells people's scripts while the demo runs. */
export const RunFile = z.strictObject({
  cloud: z.string(),
  office: z.string(),
  resident: z.string(),
  kiosk: z.string(),
  /** A second screen, which belongs to nobody until somebody claims it. */
  newKiosk: z.string(),
  publicInfo: z.string(),
  docs: z.string(),
  outbox: z.string(),
  broker: z.string(),
  database: z.string(),
  logins: z.array(z.strictObject({ who: z.string(), email: z.string(), password: z.string(), url: z.string() })),
  pids: z.strictObject({
    launcher: z.int(),
    cloud: z.int().nullable(),
    kiosk: z.int().nullable(),
    newKiosk: z.int().nullable(),
    /** Of the lobby screen; null until it runs, and where there is no Chromium. */
    shell: z.int().nullable(),
  }),
});
export type RunFile = z.infer<typeof RunFile>;

export function dataFolder(): string {
  return process.env['CONCIERGE_DATA'] ?? join(import.meta.dirname, '../../.data');
}

export function runFilePath(): string {
  return join(dataFolder(), 'run.json');
}

/** Written beside and renamed, so that a reader never sees half of it. */
export function writeRunFile(run: RunFile): void {
  writeFileSync(`${runFilePath()}.new`, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${runFilePath()}.new`, runFilePath());
}

/** The running demo, or null when there is none (no file, or its launcher is gone). */
export function readRunFile(): RunFile | null {
  try {
    const run = RunFile.parse(JSON.parse(readFileSync(runFilePath(), 'utf8')));
    process.kill(run.pids.launcher, 0);
    return run;
  } catch {
    return null;
  }
}

export function removeRunFile(): void {
  rmSync(runFilePath(), { force: true });
}

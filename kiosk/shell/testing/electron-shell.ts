import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildShell } from '../build.ts';
import * as double from './electron-double.ts';
import { writeRenderer } from './renderer.ts';

/** Builds the shell and runs its main process, whole, against the double of Electron; the test file must have mocked `electron` with it. */
export async function startBuiltShell(): Promise<{ readonly folder: string; stop(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'electron-shell-'));
  const before = { signals: signalListeners(), uncaught: process.listeners('uncaughtException') };
  await buildShell(join(folder, 'app'), writeRenderer(join(folder, 'renderer')));
  double.app.userData = join(folder, 'data');
  double.app.isPackaged = true;
  await import(/* @vite-ignore */ join(folder, 'app/main.mjs'));
  await double.electronIsReady();
  return {
    folder,
    stop() {
      for (const { signal, listener } of signalListeners()) {
        if (!before.signals.some((one) => one.listener === listener)) process.off(signal, listener);
      }
      for (const listener of process.listeners('uncaughtException')) {
        if (!before.uncaught.includes(listener)) process.off('uncaughtException', listener);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function signalListeners() {
  return (['SIGTERM', 'SIGINT'] as const).flatMap((signal) => process.listeners(signal).map((listener) => ({ signal, listener })));
}

export function theOnly<Value>(values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new Error(`expected one, got ${values.length}`);
  return value;
}

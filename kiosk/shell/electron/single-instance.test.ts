import { afterAll, expect, it, vi } from 'vitest';
import * as double from '../testing/electron-double.ts';
import { startBuiltShell } from '../testing/electron-shell.ts';

vi.mock('electron', () => import('../testing/electron-double.ts'));

let shell: Awaited<ReturnType<typeof startBuiltShell>> | null = null;
afterAll(() => shell?.stop());

it('a second shell on one screen ends at once and touches nothing', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  double.app.lock = false;
  shell = await startBuiltShell();
  expect(double.callsOf('exit')).toEqual([[0]]);
  expect(double.windows).toEqual([]);
  expect(double.children).toEqual([]);
}, 30_000);

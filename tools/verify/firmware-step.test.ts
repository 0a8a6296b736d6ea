import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { firmwareStep } from './firmware-step.ts';

const root = join(import.meta.dirname, '../..');

describe('the step firmware, where its programs are missing and cannot be installed', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('is skipped with the reason on a developer’s machine, and fails in CI', async () => {
    vi.stubEnv('PATH', '');
    const said = vi.spyOn(console, 'log').mockReturnValue();
    expect(await firmwareStep(root, false).run()).toEqual({ passed: 0, failed: 0, skipped: 1, output: '' });
    expect(said.mock.calls.join()).toMatch(/^firmware: skipped: .*(Install: sudo apt-get install|Linux only)/);
    expect(await firmwareStep(root, true).run()).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });
});

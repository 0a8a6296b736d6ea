import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What needs Debian's programs: the appliance's scripts, run with its shell, and printed labels, read with its readers. The step `firmware` of npm test runs them. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['firmware-config/test/**/*.debian.ts', 'provisioning/**/*.debian.ts'],
    pool: 'forks',
    maxWorkers: 4,
    testTimeout: 20_000,
  },
});

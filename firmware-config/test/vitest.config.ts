import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The appliance's scripts, run with Debian's shell and programs: what the step `firmware` of npm test runs. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: { include: ['firmware-config/test/**/*.debian.ts'], pool: 'forks', maxWorkers: 2, testTimeout: 20_000 },
});

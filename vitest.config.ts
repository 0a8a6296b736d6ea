import { defineConfig } from 'vitest/config';

const notOurs = ['**/node_modules/**', '**/dist/**', '**/.data/**'];

/** What a test needs is in its name: `*.db.test.ts` PostgreSQL, `*.broker.test.ts` an MQTT broker, all others nothing but Node. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...notOurs, '**/*.db.test.ts', '**/*.broker.test.ts'],
          pool: 'forks',
          testTimeout: 10_000,
          hookTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'database',
          include: ['**/*.db.test.ts'],
          exclude: notOurs,
          pool: 'forks',
          // Each file starts a cloud of its own in a database of its own; reading the cloud's modules anew for each costs more than many a file.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          globalSetup: ['shared/testing/postgres-setup.ts'],
        },
      },
      {
        test: {
          name: 'broker',
          include: ['**/*.broker.test.ts'],
          exclude: notOurs,
          pool: 'forks',
          // They wait for a line to come back, most of their time.
          maxWorkers: 4,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

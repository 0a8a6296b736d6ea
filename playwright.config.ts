import { defineConfig } from '@playwright/test';

/**
 * Browser journeys: every `*.spec.ts`, wherever it stands. The browser is the one `npm run e2e` found; without it, Playwright's own. Videos would need a download of
 * their own, so failures keep a picture.
 */
const chromium = process.env['CONCIERGE_CHROMIUM'];

/** `npm run verify -- --long`: also what twelve minutes have no room for. */
const isLong = process.env['CONCIERGE_LONG'] !== undefined;
const longJourneys = [
  '**/e2e/journeys/office-crud.spec.ts',
  '**/e2e/journeys/office-keyboard.spec.ts',
  '**/e2e/journeys/media.spec.ts',
  '**/e2e/journeys/fleet-releases.spec.ts',
  '**/e2e/journeys/facts.spec.ts',
  '**/e2e/journeys/films.spec.ts',
  '**/e2e/journeys/programme-copies.spec.ts',
  '**/e2e/journeys/twin.spec.ts',
];

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  // Faults planted in a real page and agent take a minute each: by hand, after a change of the soak (docs/runbooks/soak.md).
  testIgnore: [
    '**/node_modules/**',
    '**/dist/**',
    '**/.data/**',
    ...(process.env['CONCIERGE_PLANTED'] === undefined ? ['tools/soak/**'] : []),
    ...(isLong ? [] : longJourneys),
  ],
  ...(isLong ? {} : { grepInvert: /@long/ }),
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // Built once and before: two demos that start at one moment would build the same pages into the same folder.
  globalSetup: './e2e/prepare.ts',
  // One at a time: the journeys start whole demos and look at the clock, beside another lane of the verification.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  retries: 0,
  // One golden picture for all platforms, beside the tests that compare it.
  snapshotPathTemplate: '{testDir}/{testFileDir}/pictures/{arg}{ext}',
  use: {
    browserName: 'chromium',
    launchOptions: chromium === undefined ? {} : { executablePath: chromium },
    trace: 'off',
    screenshot: 'only-on-failure',
    video: 'off',
  },
});

import configuration from 'app-builder-lib/out/util/config/config.js';

/** Holds a configuration against the schema of the electron-builder that is installed; rejects with its words. Needs no network. */
export async function validateBuilderConfiguration(candidate: Record<string, unknown>): Promise<void> {
  await configuration.validateConfiguration(candidate, {
    isEnabled: false,
    data: new Map(),
    add: () => undefined,
    save: () => Promise.resolve(),
  });
}

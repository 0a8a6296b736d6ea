import manifest from './package.json' with { type: 'json' };

export const AGENT_VERSION: string = manifest.version;

/** No clock is believed that says an earlier time: the first release of this agent. A release build may pass its own date. */
export const EARLIEST_POSSIBLE_MS = Date.UTC(2026, 0, 1);

import { statfs } from 'node:fs/promises';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import type { Clock } from '../clock/clock.ts';
import { disk, filesBelow, loadPerCore, machineUptimeSeconds, memory, power, temperatureCelsius } from './board.ts';
import { noteStart, withinHour } from './starts.ts';

/** Where the agent looks for what its machine says; tests pass a folder with the files of a real board. */
export interface TelemetrySources {
  /** Holds `proc` and `sys`. */
  readonly rootDir: string;
  fileSystem(folder: string): Promise<{ freeBytes: number; totalBytes: number; freeFiles: number; totalFiles: number }>;
  agentBytes(): number;
}

export const systemTelemetrySources: TelemetrySources = {
  rootDir: '/',
  async fileSystem(folder) {
    const { bsize, blocks, bavail, files, ffree } = await statfs(folder);
    // What is left for this user, and not for root alone.
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: ffree, totalFiles: files };
  },
  agentBytes: () => process.memoryUsage.rss(),
};

const STATFS_TIMEOUT_MS = 2_000;

/** How the machine fares in this run of the agent. */
export function createMeasuring(deps: {
  /** Undefined for the machine itself. */
  readonly sources: TelemetrySources | undefined;
  readonly dataDir: string;
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'state'>;
}): { begin(): void; measure(): Promise<Telemetry> } {
  const { sources = systemTelemetrySources, dataDir, clock } = deps;
  const startedMs = clock.monotonicMs();
  let starts: readonly number[] = [];
  return {
    begin() {
      starts = noteStart(dataDir, clock.nowMs());
    },
    measure: () =>
      measure({
        sources,
        dataDir,
        clock,
        agentUptimeMs: clock.monotonicMs() - startedMs,
        startsLastHour: withinHour(starts, clock.nowMs()).length,
      }),
  };
}

/** Takes one picture of how the machine fares. Never fails: what cannot be measured is null. */
export async function measure(deps: {
  sources: TelemetrySources;
  dataDir: string;
  clock: Pick<Clock, 'nowMs' | 'state'>;
  agentUptimeMs: number;
  startsLastHour: number;
}): Promise<Telemetry> {
  const { sources, clock } = deps;
  const files = filesBelow(sources.rootDir);
  const space = await withinMs(STATFS_TIMEOUT_MS, sources.fileSystem(deps.dataDir));
  return {
    at: new Date(clock.nowMs()).toISOString(),
    clock: clock.state(),
    temperatureCelsius: temperatureCelsius(files),
    power: power(files),
    storage: {
      freeBytes: wholeNumber(space?.freeBytes),
      totalBytes: wholeNumber(space?.totalBytes),
      freeFiles: wholeNumber(space?.freeFiles),
      // Some file systems have no fixed number of them and say 0.
      totalFiles: space?.totalFiles === 0 ? null : wholeNumber(space?.totalFiles),
      ...disk(files, deps.dataDir),
    },
    memory: { ...memory(files), agentBytes: wholeNumber(sources.agentBytes()) },
    loadPerCore: loadPerCore(files),
    machineUptimeSeconds: machineUptimeSeconds(files),
    agentUptimeSeconds: Math.max(0, Math.floor(deps.agentUptimeMs / 1_000)),
    startsLastHour: Math.min(1_000, deps.startsLastHour),
  };
}

function wholeNumber(value: number | undefined): number | null {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A card that hangs must not keep the rest from being told. */
async function withinMs<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, null);
  });
  try {
    return await Promise.race([work.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}

import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';

const GIBIBYTE = 1_073_741_824;

/** What a screen in good health tells of its machine. */
export const aPicture: Telemetry = {
  at: '1970-01-01T00:00:00.000Z',
  clock: 'trusted',
  temperatureCelsius: 51.3,
  power: { underVoltage: 'never', frequencyCapped: 'never', throttled: 'never', softTemperatureLimit: 'never' },
  storage: {
    freeBytes: 3 * GIBIBYTE,
    totalBytes: 4 * GIBIBYTE,
    freeFiles: 200_000,
    totalFiles: 262_144,
    readOnly: false,
    fileSystemErrors: 0,
    writtenBytes: 5 * GIBIBYTE,
    lifeUsedPercent: null,
  },
  memory: { totalBytes: 4 * GIBIBYTE, availableBytes: 2 * GIBIBYTE, agentBytes: 64_000_000 },
  loadPerCore: 0.2,
  machineUptimeSeconds: 86_400,
  agentUptimeSeconds: 86_300,
  startsLastHour: 0,
};

import { describe, expect, it } from 'vitest';
import { topics } from '../topics.ts';
import { Telemetry } from './telemetry.ts';

const largest: Telemetry = {
  at: '2026-11-21T19:30:00.000Z',
  clock: 'estimated',
  temperatureCelsius: -59.9,
  power: { underVoltage: 'since-boot', frequencyCapped: 'since-boot', throttled: 'since-boot', softTemperatureLimit: 'since-boot' },
  storage: {
    freeBytes: Number.MAX_SAFE_INTEGER,
    totalBytes: Number.MAX_SAFE_INTEGER,
    freeFiles: Number.MAX_SAFE_INTEGER,
    totalFiles: Number.MAX_SAFE_INTEGER,
    readOnly: false,
    fileSystemErrors: Number.MAX_SAFE_INTEGER,
    writtenBytes: Number.MAX_SAFE_INTEGER,
    lifeUsedPercent: 110,
  },
  memory: { totalBytes: Number.MAX_SAFE_INTEGER, availableBytes: Number.MAX_SAFE_INTEGER, agentBytes: Number.MAX_SAFE_INTEGER },
  loadPerCore: 999.99,
  machineUptimeSeconds: Number.MAX_SAFE_INTEGER,
  agentUptimeSeconds: Number.MAX_SAFE_INTEGER,
  startsLastHour: 1_000,
};

describe('telemetry on the wire', () => {
  it('has room for the largest numbers there are, within a kilobyte', () => {
    expect(Telemetry.parse(largest)).toEqual(largest);
    expect(Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(topics.telemetry.maxBytes);
    expect(topics.telemetry.maxBytes).toBeLessThanOrEqual(1_024);
  });

  it.each([
    ['a field nobody knows', { ...largest, serial: 'x' }],
    ['a temperature of no board', { ...largest, temperatureCelsius: 1e9 }],
    ['half bytes', { ...largest, memory: { ...largest.memory, totalBytes: 1.5 } }],
    ['less than nothing', { ...largest, storage: { ...largest.storage, freeBytes: -1 } }],
    ['no number', { ...largest, loadPerCore: Number.NaN }],
    ['another mark', { ...largest, power: { ...largest.power, throttled: 'often' } }],
  ])('refuses %s', (_name, message) => {
    expect(Telemetry.safeParse(message).success).toBe(false);
  });
});

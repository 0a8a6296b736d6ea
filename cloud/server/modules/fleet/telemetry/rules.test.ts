import { AlertKind, FleetThresholds } from '@concierge/contract/http/fleet.ts';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { describe, expect, it } from 'vitest';
import { aPicture } from '../../../testing/a-picture.ts';
import { cutoffsOf, historySpan, sampleOf, startOfSample, takenAtMs, troublesOf } from './rules.ts';

const usual = FleetThresholds.parse({});
const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
const MINUTE_MS = 60_000;

type Part = Partial<Omit<Telemetry, 'power' | 'storage' | 'memory'>> & {
  power?: Partial<Telemetry['power']>;
  storage?: Partial<Telemetry['storage']>;
  memory?: Partial<Telemetry['memory']>;
};
const pictureWith = (part: Part): Telemetry => ({
  ...aPicture,
  ...part,
  power: { ...aPicture.power, ...part.power },
  storage: { ...aPicture.storage, ...part.storage },
  memory: { ...aPicture.memory, ...part.memory },
});

describe('what a picture gives cause to tell', () => {
  it.each<[string, Part, AlertKind[], AlertKind[]?]>([
    ['a screen in good health', {}, []],
    ['a board that says nothing', silent(), []],
    ['just below hot', { temperatureCelsius: 79.9 }, []],
    ['hot', { temperatureCelsius: 80 }, ['hot']],
    ['hot, a little cooler', { temperatureCelsius: 75.1 }, ['hot'], ['hot']],
    ['cool again', { temperatureCelsius: 74.9 }, [], ['hot']],
    ['a supply that is weak now', { power: { underVoltage: 'now' } }, ['power']],
    ['a supply that was weak since the start', { power: { underVoltage: 'since-boot' } }, ['power']],
    ['a processor slowed down now', { power: { throttled: 'now' } }, ['power']],
    ['a processor that was slowed down', { power: { throttled: 'since-boot', softTemperatureLimit: 'since-boot' } }, []],
    ['a tenth of the room', { storage: { freeBytes: 100, totalBytes: 1_000 } }, []],
    ['less than a tenth', { storage: { freeBytes: 99, totalBytes: 1_000 } }, ['disk']],
    ['a little more than a tenth again', { storage: { freeBytes: 119, totalBytes: 1_000 } }, ['disk'], ['disk']],
    ['room enough again', { storage: { freeBytes: 120, totalBytes: 1_000 } }, [], ['disk']],
    ['room, and no file left', { storage: { freeFiles: 3, totalFiles: 262_144 } }, ['disk']],
    ['a disk without any room at all', { storage: { freeBytes: 0, totalBytes: 0 } }, []],
    ['a card that takes nothing', { storage: { readOnly: true } }, ['storage']],
    ['damage in the files', { storage: { fileSystemErrors: 1 } }, ['storage']],
    ['an eMMC at eight tenths', { storage: { lifeUsedPercent: 80 } }, []],
    ['an eMMC at nine tenths', { storage: { lifeUsedPercent: 90 } }, ['storage']],
    ['little memory', { memory: { availableBytes: 79, totalBytes: 1_000 } }, ['memory']],
    ['three starts', { startsLastHour: 3 }, []],
    ['four starts', { startsLastHour: 4 }, ['crash-loop']],
    ['an estimated clock', { clock: 'estimated' }, []],
    ['no clock', { clock: 'unknown' }, ['clock']],
    [
      'everything at once',
      { temperatureCelsius: 99, power: { underVoltage: 'now' }, storage: { freeBytes: 0, readOnly: true }, startsLastHour: 60 },
      ['hot', 'power', 'disk', 'storage', 'crash-loop'],
    ],
  ])('%s', (_name, part, troubles, held = []) => {
    const found = troublesOf(pictureWith(part), usual, held);
    expect(found).toEqual(troubles);
    // Heard by two replicas, the second one after the first.
    expect(troublesOf(pictureWith(part), usual, found)).toEqual(found);
  });

  it('follows what the tenant said', () => {
    expect(troublesOf(pictureWith({ temperatureCelsius: 70 }), { ...usual, hotCelsius: 70 }, [])).toEqual(['hot']);
    expect(troublesOf(pictureWith({ startsLastHour: 4 }), { ...usual, startsPerHour: 5 }, [])).toEqual([]);
  });
});

describe('when a picture was taken', () => {
  const said = (minutes: number) => new Date(nowMs + minutes * MINUTE_MS).toISOString();
  it.each<[string, number, Telemetry['clock'], number | null]>([
    ['a moment ago', -1, 'trusted', -1],
    ['half an hour ago, without a connection', -30, 'estimated', -30],
    ['by a clock a little ahead', 4, 'trusted', 0],
    ['by a clock far ahead', 600, 'trusted', 0],
    ['by somebody who does not know', -50_000, 'unknown', 0],
    ['too long ago to have been kept', -121, 'trusted', null],
  ])('%s', (_name, minutes, clock, believed) => {
    expect(takenAtMs({ at: said(minutes), clock }, nowMs)).toBe(believed === null ? null : nowMs + believed * MINUTE_MS);
  });
});

it('cuts time off where the thresholds say', () => {
  expect(cutoffsOf(nowMs, usual)).toEqual({
    offlineBefore: new Date(nowMs - 10 * MINUTE_MS),
    silentBefore: new Date(nowMs - 20 * MINUTE_MS),
    driftBefore: new Date(nowMs - 15 * MINUTE_MS),
    certificateBefore: new Date(nowMs + 14 * 24 * 60 * MINUTE_MS),
    freshAfter: new Date(nowMs - 20 * MINUTE_MS),
  });
});

it('never asks for more points than a chart shows, and ends after now', () => {
  for (const range of ['day', 'week', 'quarter'] as const) {
    const { from, to, stepSeconds } = historySpan(range, nowMs + 17);
    expect((to.getTime() - from.getTime()) / 1_000 / stepSeconds).toBeLessThanOrEqual(300);
    expect(to.getTime()).toBeGreaterThan(nowMs);
  }
});

it('keeps whole numbers that the history can hold', () => {
  const kept = sampleOf(pictureWith({ temperatureCelsius: 51.34, memory: { availableBytes: Number.MAX_SAFE_INTEGER } }));
  expect(kept).toMatchObject({
    temperatureDecidegrees: 513,
    memoryAvailableMebibytes: 2_147_483_647,
    diskFreeMebibytes: 3_072,
    loadPercent: 20,
  });
  expect(startOfSample(nowMs + 299_999)).toEqual(new Date(nowMs));
});

it('knows a threshold of every kind by itself', () => {
  // A kind that nothing can open would be a promise on the screen only.
  const byClock = ['offline', 'drift', 'certificate'];
  const byPicture = troublesOf(
    pictureWith({
      temperatureCelsius: 90,
      power: { underVoltage: 'now' },
      storage: { freeBytes: 0, readOnly: true },
      memory: { availableBytes: 0 },
      startsLastHour: 9,
      clock: 'unknown',
    }),
    usual,
    [],
  );
  // The one that no picture and no clock decides is of ../twins.
  expect([...byClock, ...byPicture, 'twin'].sort()).toEqual([...AlertKind.options].sort());
});

function silent(): Part {
  const nothing = (part: object) => Object.fromEntries(Object.keys(part).map((key) => [key, null]));
  return {
    temperatureCelsius: null,
    power: nothing(aPicture.power),
    storage: nothing(aPicture.storage),
    memory: nothing(aPicture.memory),
    loadPerCore: null,
    machineUptimeSeconds: null,
  };
}

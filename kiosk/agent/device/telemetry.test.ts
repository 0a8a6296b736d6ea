import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { lifeUsedPercent, powerOfWord } from './board.ts';
import { noteStart, withinHour } from './starts.ts';
import { measure, systemTelemetrySources, type TelemetrySources } from './telemetry.ts';
import { type BoardFiles, layOut, piFive, piFour } from './testing/boards.ts';

const HOUR_MS = 3_600_000;
const nowMs = Date.UTC(2026, 10, 21, 12);
const clock = { nowMs: () => nowMs, state: () => 'trusted' as const };
const space = { freeBytes: 900_000_000, totalBytes: 2_000_000_000, freeFiles: 120_000, totalFiles: 131_072 };

async function pictureOf(board: BoardFiles, part: Partial<TelemetrySources> = {}): Promise<Telemetry> {
  using root = temporaryDirectory();
  layOut(board, root.path);
  const sources = { rootDir: root.path, fileSystem: async () => space, agentBytes: () => 61_865_984, ...part };
  const told = await measure({
    sources,
    dataDir: '/var/lib/new-concierge/cache/agent',
    clock,
    agentUptimeMs: 12_345,
    startsLastHour: 1,
  });
  return Telemetry.parse(told);
}

describe('a picture of the machine', () => {
  it('reads a Raspberry Pi 4 with a weak supply and an SD card', async () => {
    expect(await pictureOf(piFour)).toEqual({
      at: '2026-11-21T12:00:00.000Z',
      clock: 'trusted',
      temperatureCelsius: 63.8,
      power: { underVoltage: 'now', frequencyCapped: 'never', throttled: 'now', softTemperatureLimit: 'never' },
      storage: { ...space, readOnly: false, fileSystemErrors: 0, writtenBytes: 9_437_184 * 512, lifeUsedPercent: null },
      memory: { totalBytes: 3_885_396 * 1_024, availableBytes: 3_021_584 * 1_024, agentBytes: 61_865_984 },
      loadPerCore: 0.28,
      machineUptimeSeconds: 1_209_743,
      agentUptimeSeconds: 12,
      startsLastHour: 1,
    });
  });

  it('reads a Compute Module 5 whose kernel shows no firmware word and whose file system has met damage', async () => {
    const told = await pictureOf(piFive);
    expect(told.power).toEqual({ underVoltage: 'never', frequencyCapped: null, throttled: null, softTemperatureLimit: null });
    expect(told.storage).toMatchObject({ readOnly: true, fileSystemErrors: 3, lifeUsedPercent: 20 });
  });

  it('guesses nothing on a machine that says nothing, and is told all the same', async () => {
    const told = await pictureOf({}, { fileSystem: async () => Promise.reject(new Error('no such file system')) });
    expect(told.temperatureCelsius).toBeNull();
    expect(Object.values(told.power)).toEqual([null, null, null, null]);
    expect(Object.values(told.storage)).toEqual(Array.from({ length: 8 }, () => null));
    expect(told).toMatchObject({ loadPerCore: null, machineUptimeSeconds: null, memory: { totalBytes: null } });
  });

  it.each<[string, string, string]>([
    ['words where a number is expected', 'sys/class/thermal/thermal_zone0/temp', 'hot'],
    ['a temperature of a broken sensor', 'sys/class/thermal/thermal_zone0/temp', '-274000'],
    ['a number no counter has', 'sys/block/mmcblk0/stat', `1 2 3 4 5 6 ${'9'.repeat(400)} 8`],
    ['a word of the firmware that is none', 'sys/devices/platform/soc/soc:firmware/get_throttled', 'throttled=0x0'],
    ['a load that is none', 'proc/loadavg', '-1 -1 -1'],
    ['binary dirt', 'proc/meminfo', '\0\xff\xfe'.repeat(50_000)],
  ])('takes %s for nothing said', async (_name, path, text) => {
    const told = await pictureOf({ ...piFour, [path]: text });
    expect(JSON.stringify(told).match(/null/g)?.length).toBeGreaterThan(
      JSON.stringify(await pictureOf(piFour)).match(/null/g)?.length ?? 0,
    );
  });

  it('does not wait for a card that hangs', async () => {
    const told = await pictureOf(piFour, { fileSystem: () => new Promise(() => undefined) });
    expect(told.storage.freeBytes).toBeNull();
    expect(told.temperatureCelsius).toBe(63.8);
  });

  it('measures the machine this test runs on', async () => {
    using folder = temporaryDirectory();
    const told = await measure({ sources: systemTelemetrySources, dataDir: folder.path, clock, agentUptimeMs: 1, startsLastHour: 1 });
    expect(Telemetry.safeParse(told).error).toBeUndefined();
    expect(told.storage.totalBytes).toBeGreaterThan(0);
    expect(told.memory.agentBytes).toBeGreaterThan(10_000_000);
  });
});

describe('the word of the firmware', () => {
  it.each([
    [0x0, ['never', 'never', 'never', 'never']],
    [0x5_0000, ['since-boot', 'never', 'since-boot', 'never']],
    [0x5_0005, ['now', 'never', 'now', 'never']],
    [0x8_0008, ['never', 'never', 'never', 'now']],
    [0x2_0002, ['never', 'now', 'never', 'never']],
    [0xf_0000, ['since-boot', 'since-boot', 'since-boot', 'since-boot']],
  ])('%i', (word, marks) => {
    expect(Object.values(powerOfWord(word))).toEqual(marks);
  });
});

describe('the life of an eMMC', () => {
  it.each([
    ['0x01 0x01', 10],
    ['0x02 0x07', 70],
    ['0x0b 0x01', 110],
    ['0x00 0x00', null],
    ['0x00 0x03', 30],
    ['0xff 0xff', null],
    ['', null],
    [null, null],
  ])('%s', (text, percent) => {
    expect(lifeUsedPercent(text)).toBe(percent);
  });
});

describe('the starts of the last hour', () => {
  it('are counted over the lives of the agent, and age while one lives', () => {
    using folder = temporaryDirectory();
    for (let start = 0; start < 5; start += 1) noteStart(folder.path, nowMs + start * 60_000);
    const starts = noteStart(folder.path, nowMs + 10 * 60_000);
    expect(starts).toHaveLength(6);
    expect(withinHour(starts, nowMs + HOUR_MS + 90_000)).toHaveLength(4);
    expect(noteStart(folder.path, nowMs + 3 * HOUR_MS)).toHaveLength(1);
  });

  it('stay few, and a clock that went back does not count what is still to come', () => {
    using folder = temporaryDirectory();
    for (let start = 0; start < 500; start += 1) noteStart(folder.path, nowMs + start);
    expect(noteStart(folder.path, nowMs + 600)).toHaveLength(60);
    expect(readFileSync(join(folder.path, 'starts'), 'utf8').split('\n')).toHaveLength(60);
    expect(noteStart(folder.path, nowMs - HOUR_MS)).toHaveLength(1);
  });

  it('survive a file that decayed and a disk that takes nothing', () => {
    using folder = temporaryDirectory();
    writeFileSync(join(folder.path, 'starts'), Buffer.from([0, 255, 10, 13, 55, 10, 55]));
    expect(noteStart(folder.path, nowMs)).toHaveLength(1);
    mkdirSync(join(folder.path, 'starts.partial'));
    expect(noteStart(folder.path, nowMs + 1)).toHaveLength(2);
  });
});

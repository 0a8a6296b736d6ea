import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchmarksDocument, measurementLine, valueText, verdict } from './document.ts';
import { isMet, type Measurement, margin, type RowResult, readResults, withRow, writeResults } from './results.ts';

const aMeasurement = (given: Partial<Measurement> = {}): Measurement => ({
  what: 'content, times a static page',
  value: 1.1,
  unit: 'times',
  target: { kind: 'at most', value: 1.2 },
  ...given,
});

const aRow = (given: Partial<RowResult> = {}): RowResult => ({
  name: 'kiosk-page',
  measuredAt: '2026-11-21T10:00:00.000Z',
  tookSeconds: 61.4,
  machine: { cores: 2, memoryGigabytes: 23.5, platform: 'linux x64', nodeVersion: '24.21.0' },
  method: 'Two pages take turns.',
  measurements: [aMeasurement()],
  context: [{ what: 'content', value: 412.345, unit: 'milliseconds' }],
  notMeasured: [],
  ...given,
});

describe('a target', () => {
  it.each([
    ['at most', 1.2, 1.2, true],
    ['at most', 1.2, 1.3, false],
    ['at least', 60, 60, true],
    ['at least', 60, 59.9, false],
  ] as const)('%s %d with %d is met: %s', (kind, target, value, met) =>
    expect(isMet(aMeasurement({ value, target: { kind, value: target } }))).toBe(met),
  );
  it('has a margin in its own direction', () => {
    expect(margin(aMeasurement({ value: 50, target: { kind: 'at most', value: 100 } }))).toBe(0.5);
    expect(margin(aMeasurement({ value: 50, target: { kind: 'at least', value: 100 } }))).toBe(-0.5);
  });
  it('is judged in words', () => {
    expect(verdict(aMeasurement({ value: 0.9 }))).toBe('met, 25 % to spare');
    expect(verdict(aMeasurement({ value: 1.2 }))).toBe('met');
    expect(verdict(aMeasurement({ value: 1.8 }))).toBe('**missed** by 50 %');
    expect(verdict(aMeasurement({ value: 1.2001 }))).toBe('**missed** by a hair');
    const none = { kind: 'at most', value: 0 } as const;
    expect(verdict(aMeasurement({ value: 0, target: none }))).toBe('met');
    expect(verdict(aMeasurement({ value: 1, target: none }))).toBe('**missed**');
  });
});

describe('numbers', () => {
  it.each([
    [1.23456, 'times', '1.23 ×'],
    [0.001234, 'percent', '0.00123 %'],
    [412.6, 'milliseconds', '413 ms'],
    [24_123.4, 'per second', '24,123 /s'],
    [5, 'count', '5'],
  ] as const)('%d in %s reads %s', (value, unit, text) => expect(valueText({ value, unit })).toBe(text));
});

describe('the document', () => {
  it('has a line for each measurement with target and verdict, and the machine', () => {
    const text = benchmarksDocument({ rows: [aRow()] });
    expect(text).toContain('| kiosk-page | content, times a static page | ≤ 1.2 × | 1.1 × | met, 8 % to spare |');
    expect(text).toContain('| content | 412 ms |');
    expect(text).toContain('Measured 2026-11-21 in 61 s on 2 cores, 23.5 GB of memory, linux x64, Node 24.21.0.');
  });
  it('does not hide what is missed or was not measured', () => {
    const text = benchmarksDocument({ rows: [aRow({ measurements: [aMeasurement({ value: 2.4 })], notMeasured: ['PSS: needs /proc.'] })] });
    expect(text).toContain('**missed** by 100 %');
    expect(text).toContain('Not measured: PSS: needs /proc.');
  });
  it('keeps a table a table', () => {
    expect(benchmarksDocument({ rows: [aRow({ measurements: [aMeasurement({ what: 'a | b' })] })] })).toContain('a \\| b');
  });
  it('says one measurement in one line', () =>
    expect(measurementLine(aMeasurement())).toBe('content, times a static page: 1.1 × (target ≤ 1.2 ×): met, 8 % to spare'));
});

describe('stored results', () => {
  it('take a row that was measured alone, in the order of the bench', () => {
    const names = ['api-read', 'kiosk-page', 'start-up'];
    const before = { rows: [aRow({ name: 'start-up' }), aRow({ name: 'kiosk-page', tookSeconds: 1 }), aRow({ name: 'given up' })] };
    const after = withRow(withRow(before, aRow({ tookSeconds: 2 }), names), aRow({ name: 'api-read' }), names);
    expect(after.rows.map(({ name, tookSeconds }) => [name, tookSeconds])).toEqual([
      ['api-read', 61.4],
      ['kiosk-page', 2],
      ['start-up', 61.4],
    ]);
  });
  it('are read as they were written, and are none before the first run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'concierge-bench-results-'));
    try {
      const path = join(folder, 'latest.json');
      expect(await readResults(path)).toEqual({ rows: [] });
      await writeResults(path, { rows: [aRow()] });
      expect(await readResults(path)).toEqual({ rows: [aRow()] });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

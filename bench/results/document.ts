import { type Figure, isMet, type Machine, type Measurement, margin, type Results, type RowResult, type Unit } from './results.ts';

/** The results as docs/benchmarks.md. The same results give the same text. */
export function benchmarksDocument({ rows }: Results): string {
  const lines = [
    '# Benchmarks',
    '',
    '<!-- Written by `npm run bench` from bench/results/latest.json. Do not edit: measure again. -->',
    '',
    'Each figure against a target is a ratio to something measured in the same run, or a time or size on the machine named beside it. Both sides of a',
    'ratio took turns, and the median of the pairs counts. One row alone: `npm run bench -- --only NAME`.',
    '',
    ...table(
      ['row', 'what', 'target', 'measured', 'verdict'],
      rows.flatMap((row) =>
        row.measurements.map((measurement) => [
          row.name,
          measurement.what,
          targetText(measurement),
          valueText(measurement),
          verdict(measurement),
        ]),
      ),
    ),
    ...rows.flatMap(section),
  ];
  return `${lines.join('\n')}\n`;
}

function section(row: RowResult): string[] {
  return [
    '',
    `## ${row.name}`,
    '',
    row.method,
    '',
    ...(row.context.length === 0
      ? []
      : [
          ...table(
            ['absolute figures of this run', ''],
            row.context.map((figure) => [figure.what, valueText(figure)]),
          ),
          '',
        ]),
    ...row.notMeasured.flatMap((reason) => [`Not measured: ${reason}`, '']),
    `Measured ${row.measuredAt.slice(0, 10)} in ${Math.round(row.tookSeconds)} s on ${machineText(row.machine)}.`,
  ];
}

/** One measurement as a line for the terminal. */
export function measurementLine(measurement: Measurement): string {
  return `${measurement.what}: ${valueText(measurement)} (target ${targetText(measurement)}): ${verdict(measurement)}`;
}

export function verdict(measurement: Measurement): string {
  // There is no share of nothing.
  if (measurement.target.value === 0) return isMet(measurement) ? 'met' : '**missed**';
  const percent = Math.round(Math.abs(margin(measurement)) * 100);
  if (isMet(measurement)) return percent === 0 ? 'met' : `met, ${percent} % to spare`;
  return percent === 0 ? '**missed** by a hair' : `**missed** by ${percent} %`;
}

function targetText({ target, unit }: Measurement): string {
  return `${target.kind === 'at most' ? '≤' : '≥'} ${numberText(target.value)}${suffix[unit]}`;
}

export function valueText({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  return `${numberText(value)}${suffix[unit]}`;
}

const suffix: Readonly<Record<Unit, string>> = {
  times: ' ×',
  percent: ' %',
  milliseconds: ' ms',
  seconds: ' s',
  kilobytes: ' KB',
  megabytes: ' MB',
  'per second': ' /s',
  count: '',
};

/** Three digits that mean something, or the whole number when it has more. */
function numberText(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
  return String(Number(value.toPrecision(3)));
}

function machineText({ cores, memoryGigabytes, platform, nodeVersion }: Machine): string {
  return `${cores} cores, ${numberText(memoryGigabytes)} GB of memory, ${platform}, Node ${nodeVersion}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}

import { type Amounts, wholeAmounts } from '../amounts.ts';
import { allInvariants } from '../invariants/all.ts';
import type { MemorySample } from '../invariants/memory-flat.ts';
import type { ScenarioResult } from '../run.ts';
import { MOST_PAINT_TIMEOUTS } from '../stage.ts';
import { createTruth } from '../world/truth.ts';

export interface RunFacts {
  readonly seed: number;
  readonly minutes: number;
  readonly amounts: Amounts;
  readonly tookMs: number;
  readonly measuredAt: Date;
}

/** The run as docs/soak.md. */
export function soakDocument(results: readonly ScenarioResult[], facts: RunFacts): string {
  const broken = results.flatMap((result) => result.violations.map((violation) => ({ ...violation, scenario: result.name })));
  const unfinished = results.filter((result) => result.broken !== null);
  const simulatedHours = results.reduce((sum, { simulatedMs }) => sum + simulatedMs, 0) / 3_600_000;
  const lines = [
    '# Endurance',
    '',
    '<!-- Written by `npm run soak` from the figures of one run. Do not edit: run it again. -->',
    '',
    `The real agent and the built renderer in Chromium, by a clock that is given to them ([ADR 0023](adr/0023-the-soak-gives-the-time.md)). How to run it and read this: [runbook](runbooks/soak.md).`,
    '',
    `Run on ${facts.measuredAt.toISOString().slice(0, 10)} in ${Math.round(facts.tookMs / 60_000)} minutes with seed ${facts.seed}: ${hours(simulatedHours)} simulated hours, ${number(results.reduce((sum, { looks }) => sum + looks, 0))} looks at the glass, ${number(sum(results, 'starts of the agent'))} starts of the agent, ${number(results.reduce((total, { attacks }) => total + ofAll(attacks), 0))} lies published by the attacker. ${verdict(broken.length, unfinished.length)}`,
    '',
    ...table(
      ['scenario', 'simulated', 'real', 'looks', 'broken rules'],
      results.map(({ name, simulatedMs, tookMs, looks, violations, broken: why }) => [
        name,
        `${hours(simulatedMs / 3_600_000)} h`,
        `${Math.round(tookMs / 1_000)} s`,
        number(looks),
        why === null ? String(violations.length) : `${violations.length}, not played to its end`,
      ]),
    ),
    '',
    '## What holds at every moment',
    '',
    ...allInvariants(createTruth(), () => ({ clockErrorMs: 0 })).map(({ name, rule }) => `- **${name}**: ${rule}`),
    '',
    `A look whose frame was not painted within three real seconds is counted with its scenario; more than ${MOST_PAINT_TIMEOUTS} in one stage of a scenario break the rule **painted**.`,
    '',
    'Not held against these rules, because nothing of it is in the soak: payment and advertisements, pictures and films, what media are fetched and kept, and the hours in which the glass rests. The account is told among the facts, and no widget here shows it.',
    '',
    '## What was broken',
    '',
    ...(broken.length + unfinished.length === 0 ? ['Nothing.'] : []),
    ...broken.map(
      ({ scenario, invariant, says, trueTime }) =>
        `- ${scenario}, ${invariant}: ${says} (${trueTime}). Again: \`${repeatCommand(scenario, { ...facts, quick: false })}\``,
    ),
    ...unfinished.map(({ name, broken: why }) => `- ${name} was not played to its end: ${(why ?? '').split('\n')[0]}`),
    '',
    '## What a longer run adds',
    '',
    ...missing(facts.amounts),
    ...results.flatMap(section),
  ];
  return `${lines.join('\n')}\n`;
}

/** The command that plays a scenario with the same chance. */
export function repeatCommand(name: string, run: { seed: number; minutes: number; quick: boolean }): string {
  return `npm run soak -- --seed ${run.seed} --only "${name}" ${run.quick ? '--quick' : `--minutes ${run.minutes}`}`;
}

/** What of the whole amounts this run did not bring. */
function missing(amounts: Amounts): string[] {
  const rows: readonly [string, number, number][] = [
    ['power cuts', amounts.kills.kills, wholeAmounts.kills.kills],
    ['bytes of the cache changed', amounts.corruption.places, wholeAmounts.corruption.places],
    ['hours of scenes', amounts.rotation.hours, wholeAmounts.rotation.hours],
    ['troubles of the line', amounts.flapping.flaps, wholeAmounts.flapping.flaps],
    ['times the disk was full', amounts.diskFull.cycles, wholeAmounts.diskFull.cycles],
    ['times an arrangement and its facts ran out', amounts.runningOut.times, wholeAmounts.runningOut.times],
    ['falls to 1970', 2 * amounts.clockJumps.jumps, 2 * wholeAmounts.clockJumps.jumps],
  ];
  const less = rows.filter(([, here, whole]) => here < whole);
  const leapMinutes = Math.round(amounts.offline.leapMs / 60_000);
  return [
    ...less.map(([what, here, whole]) => `- ${number(whole)} ${what}; this run had ${number(here)}.`),
    `- The 14 days were looked at for ${Math.round(amounts.offline.lookMs / 1_000)} s every ${leapMinutes} minutes, and leapt between: as if both programs had stood still. A run of many hours leaps less.`,
    '- Days of memory: a slope over hours of scenes finds what grows with scenes, not what grows with weeks.',
  ];
}

function section({ name, says, also, figures, counts, attacks, plots }: ScenarioResult): string[] {
  return [
    '',
    `## ${name}`,
    '',
    says,
    '',
    ...also.map((rule) => `- ${rule}`),
    '',
    ...table(
      ['figure', ''],
      [...Object.entries(figures), ...Object.entries(counts).map(([what, count]) => [what, number(Math.round(count))] as const)],
    ),
    ...(Object.keys(attacks).length === 0
      ? []
      : [
          '',
          `Lies: ${Object.entries(attacks)
            .map(([what, count]) => `${number(count)} ${what}`)
            .join(', ')}.`,
        ]),
    ...Object.entries(plots).flatMap(([what, samples]) => chart(what, samples)),
  ];
}

/** A line over the hours, as a diagram that the page's reader draws. */
function chart(what: string, samples: readonly MemorySample[]): string[] {
  const megabytes = samples.map(({ kilobytes }) => Number((kilobytes / 1_024).toFixed(2)));
  const most = Math.max(...megabytes) * 1.1;
  return [
    '',
    '```mermaid',
    'xychart-beta',
    `  title "${what}, MB over the hours"`,
    `  x-axis "hours" 0 --> ${Math.round(samples.at(-1)?.hours ?? 0)}`,
    `  y-axis "MB" 0 --> ${Number(most.toPrecision(2))}`,
    `  line [${megabytes.join(', ')}]`,
    '```',
  ];
}

function verdict(violations: number, unfinished: number): string {
  return violations + unfinished === 0
    ? 'No rule was broken.'
    : `**${violations} rules were broken, ${unfinished} scenarios not played to their end.**`;
}

const ofAll = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);
const sum = (results: readonly ScenarioResult[], what: string): number =>
  results.reduce((total, { counts }) => total + (counts[what] ?? 0), 0);
const number = (value: number): string => value.toLocaleString('en-GB');
const hours = (value: number): string => number(Number(value.toFixed(value < 10 ? 1 : 0)));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}

import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Result } from '@concierge/kernel/result.ts';
import pg from 'pg';
import { z } from 'zod';
import { createReleaseOperator, defaultPlan, type ReleaseOperator, type RolloutStatus } from '#modules/fleet/index.ts';
import { readSettings } from './settings.ts';

// The operator's program for releases of the kiosk's program (docs/runbooks/releases.md). Needs DATABASE_OWNER_URL, as the migration does, and RELEASES_DIR as the cloud has it.
// Exit code: 0 done · 64 the command is not described well · 65 what was asked is refused · 78 a setting is missing · 1 anything else.

const usage = `node cloud/server/manage-releases.ts COMMAND [--json] [--dry-run]
  publish        --sequence N [--from DIR] --root root.json     checks a release, brings it into RELEASES_DIR and makes it known
  timestamp      --sequence N --file timestamp.jws --root root.json
  rollout start  --sequence N [--quiet 02:00-05:00|always] [--at-once 100] [--abort-share 5%] [--abort-least 3]
                 [--silent-after 24h] [--online-within 1h] [--look-again-after 10m]
  status                                                        the same as: rollout status
  rollout pause | resume | status
  rollout abort  --reason "why"
  retry          --device ID | --failed-with REASON             asks devices that failed once more, three times in a rollout
  ring show
  ring set       --ring N --name NAME --share 50% --soak 24h
  ring pin       --device ID --ring N
  ring unpin     --device ID
Durations are 90s, 10m, 24h or 7d. With --dry-run all is checked and nothing is kept.`;

/** The command line says too little, or too much. */
class Misused extends Error {}

type Options = ReturnType<typeof optionsOf>['values'];
/** What a command answers: for programs the value, for people lines. */
type Answer = { readonly value: unknown; readonly lines: readonly string[] };
type Command = (operator: ReleaseOperator, options: Options) => Promise<Result<Answer, string>>;

const commands: Readonly<Record<string, Command>> = {
  publish: async (operator, options) =>
    told(
      await operator.publish(options.from === undefined ? null : resolve(options.from), count('sequence', options.sequence)),
      ({ sequence, version, targets }) => [`Release ${sequence} (${version}) is published for ${targets} kinds of devices.`],
    ),
  timestamp: async (operator, options) =>
    told(
      await operator.renewTimestamp(count('sequence', options.sequence), resolve(needed('file', options.file))),
      ({ sequence, expiresAt }) => [`The timestamp of release ${sequence} holds until ${expiresAt}.`],
    ),
  'rollout start': async (operator, options) => {
    const plan = {
      abort: {
        share: share('abort-share', options['abort-share']) ?? defaultPlan.abort.share,
        least: count('abort-least', options['abort-least'] ?? String(defaultPlan.abort.least)),
      },
      silentAfterSeconds: seconds('silent-after', options['silent-after']) ?? defaultPlan.silentAfterSeconds,
      onlineWithinSeconds: seconds('online-within', options['online-within']) ?? defaultPlan.onlineWithinSeconds,
      lookAgainAfterSeconds: seconds('look-again-after', options['look-again-after']) ?? defaultPlan.lookAgainAfterSeconds,
      atOnce: count('at-once', options['at-once'] ?? String(defaultPlan.atOnce)),
      quiet: quietHours(options.quiet),
    };
    return told(await operator.start(count('sequence', options.sequence), plan), ({ rollout, plan: { rings } }) => [
      `Rollout ${rollout} begins with ring ${rings[0]?.name}.`,
    ]);
  },
  'rollout pause': async (operator) => told(await operator.pause(), ({ rollout }) => [`Rollout ${rollout} is paused.`]),
  'rollout resume': async (operator) => told(await operator.resume(), ({ rollout }) => [`Rollout ${rollout} goes on.`]),
  'rollout abort': async (operator, options) =>
    told(await operator.abort(needed('reason', options.reason).slice(0, 300)), ({ rollout }) => [`Rollout ${rollout} is aborted.`]),
  'rollout status': async (operator) => told(await operator.status(), statusLines),
  status: async (operator) => told(await operator.status(), statusLines),
  retry: async (operator, options) => {
    if ((options.device === undefined) === (options['failed-with'] === undefined))
      throw new Misused('Say either --device or --failed-with.');
    const which = options['failed-with'] === undefined ? { deviceId: deviceId(options.device) } : { reason: options['failed-with'] };
    return told(await operator.retry(which), ({ devices }) => [
      `${devices === 1 ? 'One device is' : `${devices} devices are`} asked again when the engine looks next.`,
    ]);
  },
  'ring show': async (operator) => told({ ok: true, value: await operator.rings() }, ringLines),
  'ring set': async (operator, options) =>
    told(
      await operator.setRing({
        ring: count('ring', options.ring),
        name: needed('name', options.name),
        share: Math.round((share('share', needed('share', options.share)) ?? 0) * 10_000),
        soakSeconds: seconds('soak', needed('soak', options.soak)) ?? 0,
      }),
      ringLines,
    ),
  'ring pin': async (operator, options) =>
    told(await operator.pin(deviceId(options.device), count('ring', options.ring)), ({ device, ring }) => [
      `${device} is in ring ${ring}.`,
    ]),
  'ring unpin': async (operator, options) =>
    told(await operator.pin(deviceId(options.device), null), ({ device }) => [`${device} is in the ring of its id.`]),
};

function told<Value>(result: Result<Value, string>, lines: (value: Value) => readonly string[]): Result<Answer, string> {
  return result.ok ? { ok: true, value: { value: result.value, lines: lines(result.value) } } : result;
}

function statusLines(status: RolloutStatus): string[] {
  return [
    `Release ${status.sequence} (${status.version}), ${status.state}, ring ${status.ring}: ${status.reason ?? status.next}`,
    `Its timestamp holds until ${status.timestampExpiresAt.toISOString()}.`,
    '',
    ...table(ringColumns, status.rings),
    ...(status.reasons.length === 0 ? [] : ['', ...table(reasonColumns, status.reasons)]),
  ];
}

type Columns<Row> = readonly (readonly [header: string, cell: (row: Row) => string | number])[];

const ringColumns: Columns<RolloutStatus['rings'][number]> = [
  ['RING', ({ ring, name }) => `${ring} ${name}`],
  ['DEVICES', ({ members }) => members],
  ['DONE', ({ done }) => done],
  ['HAD IT', ({ already }) => already],
  ['FAILED', ({ failed }) => failed],
  ['SILENT', ({ silent }) => silent],
  ['DOWNLOADING', ({ downloading }) => downloading],
  ['WAITING', ({ waiting }) => waiting],
  ['STARTING', ({ starting }) => starting],
  ['NOT ASKED', ({ unasked }) => unasked],
  ['ABSENT', ({ absent }) => absent],
  ['PASSED OVER', ({ passedOver }) => passedOver],
];
const reasonColumns: Columns<RolloutStatus['reasons'][number]> = [
  ['DEVICES', ({ devices }) => devices],
  ['STATE', ({ state }) => state],
  ['REASON', ({ reason }) => reason],
];

/** Texts stand to the left, numbers to the right, each column as wide as its widest cell. */
function table<Row>(columns: Columns<Row>, rows: readonly Row[]): string[] {
  const cells = [columns.map(([header]) => header), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => String(line[at]).length)));
  const isNumber = columns.map((_, at) => rows.every((row) => typeof columns[at]?.[1](row) === 'number') && rows.length > 0);
  return cells.map((line) =>
    line
      .map((cell, at) => (isNumber[at] === true ? String(cell).padStart(widths[at] ?? 0) : String(cell).padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function ringLines(rings: Awaited<ReturnType<ReleaseOperator['rings']>>): string[] {
  return rings.map(
    ({ ring, name, share: upTo, soakSeconds }) => `ring ${ring} ${name}: up to ${upTo / 100} % of devices, soaks ${soakSeconds} s`,
  );
}

process.exitCode = await run(process.argv.slice(2));

async function run(argv: readonly string[]): Promise<number> {
  try {
    const { values: options, positionals } = optionsOf(argv);
    if (options.help) {
      console.log(usage);
      return 0;
    }
    const name = positionals.join(' ');
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) throw new Misused(name === '' ? 'Which command?' : `There is no command ${name}.`);
    // Nothing is served, so what production demands of a server (a public address) is not demanded here.
    const read = readSettings({ ...process.env, CONCIERGE_MODE: 'demo' });
    if (!read.ok || read.settings.DATABASE_OWNER_URL === undefined) {
      console.error(read.ok ? 'DATABASE_OWNER_URL: must be set' : read.faults.join('\n'));
      return 78;
    }
    const folder = resolve(read.settings.RELEASES_DIR ?? join(read.settings.CONCIERGE_DATA, 'releases'));
    if ((name === 'publish' || name === 'timestamp') && options.root === undefined) throw new Misused('--root is missing.');
    const owner = new pg.Client({ connectionString: read.settings.DATABASE_OWNER_URL, application_name: 'concierge-manage-releases' });
    await owner.connect();
    try {
      const operator = createReleaseOperator({
        owner,
        folder,
        firstRoot: resolve(options.root ?? ''),
        by: `operator ${userInfo().username}`,
        dryRun: options['dry-run'],
        nowMs: Date.now,
      });
      return answer(await command(operator, options), options);
    } finally {
      await owner.end();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof Misused) console.error('See --help.');
    return error instanceof Misused ? 64 : 1;
  }
}

function answer(result: Result<Answer, string>, options: Options): number {
  if (!result.ok) {
    if (options.json) console.log(JSON.stringify({ refused: result.error }));
    else console.error(result.error);
    return 65;
  }
  if (options.json) console.log(JSON.stringify(result.value.value));
  else for (const line of result.value.lines) console.log(options['dry-run'] ? `Would be: ${line}` : line);
  return 0;
}

function optionsOf(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        sequence: text,
        from: text,
        root: text,
        file: text,
        quiet: text,
        'at-once': text,
        'abort-share': text,
        'abort-least': text,
        'silent-after': text,
        'online-within': text,
        'look-again-after': text,
        reason: text,
        ring: text,
        name: text,
        share: text,
        soak: text,
        device: text,
        'failed-with': text,
        json: flag,
        'dry-run': flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new Misused(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function needed(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Misused(`--${name} is missing.`);
  return value;
}

function count(name: string, value: string | undefined): number {
  const text = needed(name, value);
  if (!/^\d{1,9}$/.test(text)) throw new Misused(`--${name} ${text} is no whole number.`);
  return Number(text);
}

/** `5%` as 0.05. */
function share(name: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  const [, percent] = /^(\d{1,3}(?:\.\d{1,2})?)%$/.exec(value) ?? [];
  if (percent === undefined || Number(percent) > 100) throw new Misused(`--${name} ${value} is no share such as 5%.`);
  return Number(percent) / 100;
}

function seconds(name: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  if (number === undefined) throw new Misused(`--${name} ${value} is no duration such as 24h.`);
  return Number(number) * (({ s: 1, m: 60, h: 3_600, d: 86_400 } as Record<string, number>)[unit] ?? 1);
}

function quietHours(value: string | undefined): typeof defaultPlan.quiet {
  if (value === undefined) return defaultPlan.quiet;
  if (value === 'always') return null;
  const [, from, until] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(value) ?? [];
  if (from === undefined || until === undefined) throw new Misused(`--quiet ${value} is neither hours such as 02:00-05:00 nor always.`);
  return { from, until };
}

function deviceId(value: string | undefined): string {
  const parsed = z.uuid().safeParse(needed('device', value));
  if (!parsed.success) throw new Misused(`--device ${value} is no id.`);
  return parsed.data;
}

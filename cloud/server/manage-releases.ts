import { join, resolve } from 'node:path';
import type { Result } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import { createReleaseOperator, defaultPlan, type ReleaseOperator, type RolloutStatus } from '#modules/fleet/index.ts';
import { type Answer, commonOptions, Misused, needed, readArguments, runOperatorProgram, textOption, told } from './operator-program.ts';

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

type Options = ReturnType<typeof optionsOf>['values'];
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

process.exitCode = await runOperatorProgram<Options, ReleaseOperator>(
  {
    name: 'manage-releases',
    usage,
    read: optionsOf,
    commands,
    createOperator({ owner, by, command, options, settings }) {
      if ((command === 'publish' || command === 'timestamp') && options.root === undefined) throw new Misused('--root is missing.');
      return createReleaseOperator({
        owner,
        folder: resolve(settings.RELEASES_DIR ?? join(settings.CONCIERGE_DATA, 'releases')),
        firstRoot: resolve(options.root ?? ''),
        by,
        dryRun: options['dry-run'],
        nowMs: Date.now,
      });
    },
  },
  process.argv.slice(2),
  process.env,
);

function optionsOf(argv: readonly string[]) {
  return readArguments(argv, {
    sequence: textOption,
    from: textOption,
    root: textOption,
    file: textOption,
    quiet: textOption,
    'at-once': textOption,
    'abort-share': textOption,
    'abort-least': textOption,
    'silent-after': textOption,
    'online-within': textOption,
    'look-again-after': textOption,
    reason: textOption,
    ring: textOption,
    name: textOption,
    share: textOption,
    soak: textOption,
    device: textOption,
    'failed-with': textOption,
    ...commonOptions,
  });
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

import { Plan } from '@concierge/contract/plans.ts';
import { localMoment } from '@concierge/kernel/local-moment.ts';
import type { Result } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import { createPlanOperator, type PlanOperator, type TenantPlans } from '#modules/plans/index.ts';
import {
  type Answer,
  commonOptions,
  flagOption,
  Misused,
  needed,
  readArguments,
  runOperatorProgram,
  textOption,
  told,
} from './operator-program.ts';

// The operator's program for what each office has agreed on (docs/runbooks/plans.md). No money passes here. Needs DATABASE_OWNER_URL, as the migration does.
// Exit code: 0 done · 64 the command is not described well · 65 what was asked is refused · 78 a setting is missing · 1 anything else.

const usage = `node cloud/server/manage-plans.ts COMMAND [--json] [--dry-run]
  show     [--office SLUG]                                       what one office has, or all of them
  set      --office SLUG --plan basic|premium [--from DATE] [--until DATE] [--trial]
  history  --office SLUG                                         who wrote down what, and when it took effect
A DATE is a day by the clock of Athens, 2027-01-31: a plan begins with it and lasts to its end. Without --from it begins at once; without --until it has no end.
What was written down for later than its beginning is taken back. With --dry-run all is checked and nothing is kept.`;

type Options = ReturnType<typeof optionsOf>['values'];
type Command = (operator: PlanOperator, options: Options) => Promise<Result<Answer, string>>;

const ZONE = 'Europe/Athens';
const DAY_MS = 86_400_000;
const HALF_HOUR_MS = 1_800_000;

const commands: Readonly<Record<string, Command>> = {
  show: async (operator, { office }) => told(await operator.show(office ?? null), (all) => all.flatMap(planLines)),
  set: async (operator, { office, plan, from, until, trial }) =>
    told(
      await operator.set(needed('office', office), {
        plan: planNamed(needed('plan', plan)),
        trial,
        fromMs: from === undefined ? null : startOfDay('from', from, 0),
        // The day itself still belongs to it.
        untilMs: until === undefined ? null : startOfDay('until', until, 1),
      }),
      (set) => [...planLines(set), ...(set.takenBack > 0 ? [`  taken back of what was written down for later: ${set.takenBack}`] : [])],
    ),
  history: async (operator, { office }) =>
    told(await operator.history(needed('office', office)), ({ notes }) =>
      notes.map(({ at, action, details }) => `${at.toISOString()} ${action} ${JSON.stringify(details)}`),
    ),
};

function planLines({ tenant, standing, written }: TenantPlans): string[] {
  const { plan, phase, trial, until, goneFrom } = standing;
  const end = until === null ? 'without an end' : `until ${until}, in effect until ${goneFrom ?? until}`;
  return [
    `${tenant.slug} (${tenant.name}): ${plan}${trial ? ', a trial' : ''}${phase === 'standing' ? '' : `, ${phase}`}, ${end}`,
    ...written.map(
      (one) =>
        `  ${one.plan}${one.trial ? ' (trial)' : ''} from ${one.startsAt.toISOString()} ${one.endsAt === null ? 'on' : `until ${one.endsAt.toISOString()}`}, by ${one.setBy}`,
    ),
  ];
}

process.exitCode = await runOperatorProgram<Options, PlanOperator>(
  {
    name: 'manage-plans',
    usage,
    read: optionsOf,
    commands,
    createOperator: ({ owner, by, options }) => createPlanOperator({ owner, by, dryRun: options['dry-run'], nowMs: Date.now }),
  },
  process.argv.slice(2),
  process.env,
);

function optionsOf(argv: readonly string[]) {
  return readArguments(argv, {
    office: textOption,
    plan: textOption,
    from: textOption,
    until: textOption,
    trial: flagOption,
    ...commonOptions,
  });
}

function planNamed(value: string): Plan {
  const parsed = Plan.safeParse(value);
  if (!parsed.success) throw new Misused(`--plan ${value} is none of ${Plan.options.join(', ')}.`);
  return parsed.data;
}

/** The moment at which that day, or one some days later, begins in Athens. */
function startOfDay(name: string, value: string, daysLater: number): number {
  if (!z.iso.date().safeParse(value).success) throw new Misused(`--${name} ${value} is no day such as 2027-01-31.`);
  const utcMs = Date.parse(`${value}T00:00:00Z`) + daysLater * DAY_MS;
  const date = new Date(utcMs).toISOString().slice(0, 10);
  // No zone is further from UTC than fourteen hours.
  for (let shiftMs = -28 * HALF_HOUR_MS; shiftMs <= 28 * HALF_HOUR_MS; shiftMs += HALF_HOUR_MS) {
    const local = localMoment(utcMs + shiftMs, ZONE);
    if (local.date === date && local.minuteOfDay === 0) return utcMs + shiftMs;
  }
  throw new Error(`${date} has no beginning in ${ZONE}`);
}

import type { ClockState, Reported } from '@concierge/contract/mqtt/reported.ts';
import { type DeviceRelease, passingRefusals } from '@concierge/contract/release/outcome.ts';

/** How a rollout goes on, as it was decided at its start. */
export interface RolloutPlan {
  /** By number, each with the share of all devices in it and those before it, in hundredths of a per cent. */
  readonly rings: readonly RolloutRing[];
  /** It stops when more than this share of those judged failed, and at least so many. */
  readonly abort: { readonly share: number; readonly least: number };
  /** A device that was offered or may start, and has said nothing of it for so long, counts as failed. */
  readonly silentAfterSeconds: number;
  /** A device that was not heard of for longer is not offered anything. */
  readonly onlineWithinSeconds: number;
  /** A device that could not be offered anything is looked at again after this. */
  readonly lookAgainAfterSeconds: number;
  /** So many download at once, and so many start at once. */
  readonly atOnce: number;
  /** When devices may start it, as the building's clock shows; null for always. */
  readonly quiet: QuietHours | null;
}

export interface RolloutRing {
  readonly ring: number;
  readonly name: string;
  readonly share: number;
  readonly soakSeconds: number;
}

/** `HH:MM`, from the first up to the second, also past midnight. */
export interface QuietHours {
  readonly from: string;
  readonly until: string;
}

/** How the devices of one ring are. */
export interface RingCounts {
  readonly ring: number;
  readonly members: number;
  /** Could be looked at now, and was not yet. */
  readonly unasked: number;
  readonly absent: number;
  readonly passedOver: number;
  readonly downloading: number;
  readonly waiting: number;
  readonly starting: number;
  readonly done: number;
  /** Ran it, or a later one, before anybody offered it. */
  readonly already: number;
  readonly failed: number;
  readonly silent: number;
  /** How many tenants have devices that failed or fell silent: of the whole rollout, the same in every ring. */
  readonly failingTenants: number;
  /** Members that are of one of those tenants, whether they failed or not. */
  readonly ofFailing: number;
}

export type RolloutStep =
  | { readonly step: 'wait'; readonly why: string }
  | { readonly step: 'carry' | 'advance' | 'settle' }
  | { readonly step: 'abort'; readonly why: string };

/** What a running rollout does next. Times are the database's, in milliseconds. */
export function nextStep(
  rollout: { readonly plan: RolloutPlan; readonly ring: number; readonly carriedMs: number | null; readonly settled: boolean },
  counts: readonly RingCounts[],
  nowMs: number,
): RolloutStep {
  const { plan, ring } = rollout;
  const verdict = judge(plan, counts);
  if (verdict.tooMany && !verdict.ofOneTenant) return { step: 'abort', why: verdict.words };
  if (verdict.tooMany) return { step: 'wait', why: `enough to stop for, if they were not all of one office: ${verdict.words}` };
  if (rollout.settled) return { step: 'wait', why: 'it goes on for devices that come late' };
  const last = ring >= lastRing(plan);
  const onward = { step: last ? 'settle' : 'advance' } as const;
  const here = counts.find((one) => one.ring === ring);
  // A ring that nobody is in proves nothing and takes no time.
  if (here === undefined || here.members === 0) return onward;
  const so = counts.filter((one) => one.ring <= ring);
  const under = sum(so, ({ unasked, downloading, waiting, starting }) => unasked + downloading + waiting + starting);
  if (rollout.carriedMs === null) {
    if (under > 0) return { step: 'wait', why: `${under} devices have not answered` };
    // Rings before this one do not speak for it.
    if (here.done + here.already === 0) return { step: 'wait', why: 'no device of this ring has taken it yet' };
    return { step: 'carry' };
  }
  if (verdict.halfFailed) return { step: 'wait', why: `too few to stop for, too many to go on: ${verdict.words}` };
  const soakMs = (plan.rings.find((one) => one.ring === ring)?.soakSeconds ?? 0) * 1_000;
  if (nowMs < rollout.carriedMs + soakMs) return { step: 'wait', why: 'this ring soaks' };
  return onward;
}

/** Those that answered, and those that were silent for too long: of the rest nothing is known yet. */
function judge(
  plan: RolloutPlan,
  counts: readonly RingCounts[],
): { halfFailed: boolean; tooMany: boolean; ofOneTenant: boolean; words: string } {
  const bad = sum(counts, ({ failed, silent }) => failed + silent);
  const judged = bad + sum(counts, ({ done }) => done);
  const share = judged === 0 ? 0 : bad / judged;
  return {
    // A lab of one device that failed is no ground to go on, although one failure is none to stop.
    halfFailed: bad * 2 >= Math.max(1, judged) && bad > 0,
    tooMany: bad >= plan.abort.least && share > plan.abort.share,
    // Boards that lie need only be three. One tenant stops a rollout alone where most of a ring in which it failed is its own, as in a lab.
    ofOneTenant:
      counts.every(({ failingTenants }) => failingTenants < 2) &&
      !counts.some(({ failed, silent, ofFailing, members }) => failed + silent > 0 && ofFailing * 2 > members),
    words: `${bad} of ${judged} failed (${(share * 100).toFixed(1)} %), of them ${sum(counts, ({ silent }) => silent)} by silence; the limit is ${(plan.abort.share * 100).toFixed(1)} %`,
  };
}

/** How many more may be offered the release now, and how many may be told to start it. */
export function placesLeft(plan: RolloutPlan, counts: readonly RingCounts[]): { offers: number; starts: number } {
  return {
    offers: Math.max(0, plan.atOnce - sum(counts, ({ downloading }) => downloading)),
    starts: Math.max(0, plan.atOnce - sum(counts, ({ starting }) => starting)),
  };
}

/** A device as far as it matters for an offer. */
export interface OfferedDevice {
  readonly online: boolean;
  readonly leaving: boolean;
  readonly shell: Reported['shell'];
  readonly clock: ClockState;
  readonly release: DeviceRelease | undefined;
  /** A person asked that it try once more what it gave up. */
  readonly forgiven?: boolean;
}

export interface RolledOutRelease {
  readonly sequence: number;
  readonly earliestSequence: number;
  readonly targets: readonly { readonly arch: string; readonly shell: string; readonly bytes: number; readonly unpackedBytes: number }[];
}

/** What the device itself leaves free beside a release. */
const RESERVE_MEBIBYTES = 128;

/** Why a device is not offered the release now; null when it is. */
export function reasonToPassOver(device: OfferedDevice, release: RolledOutRelease): string | null {
  const told = device.release;
  if (device.leaving) return 'leaving';
  if (told === undefined) return 'no-releases';
  if (!device.online) return 'offline';
  if (told.running.sequence >= release.sequence) return 'has-it';
  if (told.onTrial) return 'on-trial';
  if (told.rolledBack?.sequence === release.sequence && device.forgiven !== true) return 'failed-before';
  // A timestamp is judged by a trusted clock only; without one an old offer could be held up to it.
  if (device.clock !== 'trusted') return 'clock-not-trusted';
  if (told.running.sequence < release.earliestSequence) return 'release-between-needed';
  const target = release.targets.find(({ arch, shell }) => arch === told.arch && shell === device.shell);
  if (target === undefined) return 'other-kind';
  // What waits in the spare slot is emptied for it.
  const needed = (target.bytes + target.unpackedBytes) / 1_048_576 + RESERVE_MEBIBYTES;
  return told.waiting === null && told.freeMebibytes < needed ? 'no-room' : null;
}

export type TakingState = 'offered' | 'waiting' | 'trial' | 'done' | 'failed';

/** Where a device that was offered the release is, by what it reports, and where it was `before`. One that was asked again speaks of its old rollback until it starts the release anew. */
export function takingState(
  sequence: number,
  release: DeviceRelease,
  before: { readonly forgiven: boolean; readonly state: TakingState | null } = { forgiven: false, state: null },
): { readonly state: TakingState; readonly reason: string | null } {
  const { running, rolledBack, refused } = release;
  const spokenOf = before.forgiven && (before.state === 'offered' || release.waiting === sequence);
  if (running.sequence >= sequence) return { state: release.onTrial && running.sequence === sequence ? 'trial' : 'done', reason: null };
  if (rolledBack?.sequence === sequence && !spokenOf) return { state: 'failed', reason: rolledBack.reason };
  if (release.waiting === sequence) return { state: 'waiting', reason: null };
  if (refused?.sequence !== sequence) return { state: 'offered', reason: null };
  return { state: passingRefusals.has(refused.reason) ? 'offered' : 'failed', reason: refused.reason };
}

/** Whether the building's clock shows a quiet hour. In the night that clocks go forward, an hour that does not exist is not waited for; the one that comes twice is quiet twice. */
export function isQuiet(quiet: QuietHours | null, nowMs: number, timeZone: string): boolean {
  if (quiet === null) return true;
  const clock = wallClock(nowMs, timeZone);
  if (clock === null) return false;
  const { from, until } = quiet;
  return from < until ? from <= clock && clock < until : from <= clock || clock < until;
}

/** `HH:MM`; null for a zone that nobody knows. */
function wallClock(nowMs: number, timeZone: string): string | null {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(nowMs);
  } catch {
    return null;
  }
}

function lastRing(plan: RolloutPlan): number {
  return Math.max(...plan.rings.map(({ ring }) => ring));
}

function sum(counts: readonly RingCounts[], of: (counts: RingCounts) => number): number {
  return counts.reduce((total, one) => total + of(one), 0);
}

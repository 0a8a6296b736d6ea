import { faceAt } from '../invariants/clock-right.ts';
import type { Stage } from '../stage.ts';
import type { Given, Scenario } from './scenario.ts';

const READY_WITHIN_MS = 60_000;
/** The first word of the cloud is held and told by then. */
const SYNCED_AFTER_MS = 10_000;
/** The header changes with the minute. */
const FACE_EVERY_MS = 20_000;

/** The hour at which summer begins in Athens: at three it is four (last Sunday of March, 01:00 UTC). */
const SUMMER = { name: 'summer time begins', atMs: Date.UTC(2027, 2, 28, 1), faces: ['28, 02:59', '28, 04:00'] };
const WINTER = { name: 'summer time ends', atMs: Date.UTC(2027, 9, 31, 1), faces: ['31, 03:59', '31, 03:00'] };
/** Midnight in Athens, between two months; the second one of a leap year, between two years' worth of days. */
const MONTHS: readonly Turn[] = [
  { name: 'November becomes December', atMs: Date.UTC(2027, 10, 30, 22), faces: ['30, 23:59', '1, 00:00'] },
  { name: 'February of a leap year ends', atMs: Date.UTC(2028, 1, 29, 22), faces: ['29, 23:59', '1, 00:00'], withoutLine: true },
];

interface Turn {
  readonly name: string;
  readonly atMs: number;
  /** What the header says in the minute before and in the one after, by the law, not by a library. */
  readonly faces: readonly string[];
  readonly withoutLine?: boolean;
}

/** Announcements that begin and end at the turn itself come from the cloud's habits; the rest is the header's to get right. */
async function liveThrough(turn: Turn, { amounts, stage, figure }: Given): Promise<void> {
  const { aroundMs } = amounts.calendar;
  const world = await stage({ startTrueMs: turn.atMs - aroundMs, habits: { editEveryMs: Math.max(60_000, aroundMs / 6) } });
  world.attackEvery(aroundMs / 4);
  await world.startAgent();
  await world.loadGlass();
  await world.passUntil('the building is shown', world.showsBuilding, READY_WITHIN_MS);
  if (turn.withoutLine === true) {
    await world.pass(SYNCED_AFTER_MS);
    world.gate.set('shut');
  }
  const faces: string[] = [];
  const look = (): void => {
    const face = shownFace(world);
    if (face !== null && face !== faces.at(-1)) faces.push(face);
  };
  while (world.time.trueMs() < turn.atMs + aroundMs) {
    await world.pass(Math.min(FACE_EVERY_MS, turn.atMs + aroundMs - world.time.trueMs()));
    look();
  }
  const expected = [faceAt(turn.atMs - 30_000), faceAt(turn.atMs + 30_000)];
  if (expected.join() !== turn.faces.join()) world.watch.report('the turn itself', `this machine's calendar says ${expected.join(' → ')}`);
  if (!faces.join(' → ').includes(turn.faces.join(' → '))) {
    world.watch.report('the turn itself', `the header said ${faces.join(' → ')}; it should have said ${turn.faces.join(' → ')}`);
  }
  figure(turn.name, turn.faces.join(' → '));
}

function shownFace(world: Stage): string | null {
  const { clock, day } = world.reading() ?? { clock: null, day: null };
  return clock === null ? null : `${/\d{1,2}/.exec(day ?? '')?.[0] ?? '?'}, ${clock}`;
}

export const summerTime: Scenario = {
  name: 'summer time',
  says: 'The hour of March that is missing in Athens, and the hour of October that comes twice, with announcements around them.',
  also: ['The header goes from 02:59 to 04:00 in March, and from 03:59 to 03:00 in October.'],
  async run(given) {
    await liveThrough(SUMMER, given);
    await liveThrough(WINTER, given);
  },
};

export const monthChange: Scenario = {
  name: 'month change',
  says: 'Midnight between two months, and at the end of February in a leap year; without a network in the second.',
  also: ['The header goes from 23:59 to 00:00 of the first.'],
  async run(given) {
    for (const turn of MONTHS) await liveThrough(turn, given);
    given.figure('minutes around each', String(Math.round((2 * given.amounts.calendar.aroundMs) / 60_000)));
  },
};

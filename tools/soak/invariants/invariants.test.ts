import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { qrAt, SLOT_MS } from '@concierge/kiosk-agent/screen/qr.ts';
import { aContent, aDesired, aFacts, aLayout, aPlacement, aQrBatch, aScenes, instant } from '@concierge/kiosk-agent/testing/documents.ts';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { aLook, aTruth, HOUR_MS, MINUTE_MS, noonMs } from '../testing/looks.ts';
import { UNKNOWN_WIDGET } from '../world/arrangement.ts';
import { someFacts } from '../world/some-facts.ts';
import type { Truth } from '../world/truth.ts';
import { ageIn, ageTrue } from './age-true.ts';
import { allInvariants } from './all.ts';
import { arrangedHolds, arrangedReplaced, takeoverShown } from './arranged-holds.ts';
import { clockRight, faceAt } from './clock-right.ts';
import { codeInForce } from './code-in-force.ts';
import { createCodeReader } from './code-reader.ts';
import { factsHold, factsReplaced } from './facts-hold.ts';
import type { Invariant, Look } from './invariant.ts';
import { neverBlank } from './never-blank.ts';
import { neverIdle, nothingMissed } from './never-idle.ts';
import { neverUnsigned } from './never-unsigned.ts';
import { statementsHold, withdrawnGone } from './statements-hold.ts';

// Each invariant is shown a glass that is right and one on which its violation was planted: a rule that cannot be broken proves nothing.

const exact = () => ({ clockErrorMs: 0 });
const says = (invariant: Invariant, look: Look): string => (invariant.see(look) ?? []).map((fault) => fault.says).join('; ');

describe('a glass that is right', () => {
  it('breaks no rule', () => {
    const { truth, batch } = aTruth();
    const code = qrAt(batch, noonMs)?.path ?? '';
    const look = aLook(noonMs, { codes: [code] });
    expect(allInvariants(truth, exact).flatMap((invariant) => invariant.see(look) ?? [])).toEqual([]);
  });
});

describe('never blank', () => {
  it.each([
    ['no text can be seen', aLook(noonMs, {}, 0)],
    ['no text is there', aLook(noonMs, { texts: [] }, null)],
  ])('is broken when %s', (_what, look) => expect(says(neverBlank(), look)).toContain('nothing can be read'));
});

describe('never unsigned', () => {
  const { truth, batch } = aTruth();
  const invariant = neverUnsigned(truth, createCodeReader());
  const code = (from: typeof batch): string => qrAt(from, noonMs)?.path ?? '';
  it.each([
    ["an attacker's text", { texts: ['X00007 Ψέμα'] }, 'X00007'],
    ['a text that was never signed', { texts: ['N09999 Κάτι'] }, 'N09999'],
    ["an attacker's text in the foot", { status: 'X00008' }, 'X00008'],
    ["an attacker's code", { codes: [code(aQrBatch({ nowMs: noonMs, slots: 240 }))] }, 'never issued'],
    ['a code that cannot be read', { codes: ['M0 0h1v1h-1z'] }, 'unreadable'],
  ])('is broken by %s', (_what, change, words) => expect(says(invariant, aLook(noonMs, change))).toContain(words));
  it('lets the cloud’s own code pass', () => expect(says(invariant, aLook(noonMs, { codes: [code(batch)] }))).toBe(''));
});

describe('statements hold', () => {
  const invariantOf = (clockErrorMs = 0) => ({ invariant: statementsHold(aTruth().truth, () => ({ clockErrorMs })) });
  it.each([
    ['ended a moment ago', noonMs + HOUR_MS, 'N00001', 'after it ended'],
    ['begins in a moment', noonMs + HOUR_MS - 1, 'N00002', 'before'],
    ['stands in a document that has run out', noonMs + 48 * HOUR_MS, 'N00003', 'run out'],
  ])('is broken by one that %s', (_what, trueMs, mark, words) =>
    expect(says(invariantOf().invariant, aLook(trueMs, { texts: [`${mark} κάτι`] }))).toContain(words),
  );
  it.each([
    ['just before its end', noonMs + HOUR_MS - 1, 'N00001'],
    ['from its beginning on', noonMs + HOUR_MS, 'N00002'],
  ])('lets one pass %s', (_what, trueMs, mark) => expect(says(invariantOf().invariant, aLook(trueMs, { texts: [mark] }))).toBe(''));
  it('forgives what a clock that nobody set cannot know, and no more', () => {
    const { invariant } = invariantOf(90_000);
    expect(says(invariant, aLook(noonMs + HOUR_MS + 80_000, { texts: ['N00001'] }))).toBe('');
    expect(says(invariant, aLook(noonMs + HOUR_MS + 91_000, { texts: ['N00001'] }))).toContain('after it ended');
  });
});

describe('facts hold', () => {
  function told(clockErrorMs = 0) {
    const { truth } = aTruth();
    const say = (sequence: number, mark: string, showUntilMs: number, documentEndsMs: number) =>
      truth.noteFacts(
        aFacts({
          nowMs: noonMs,
          sequence,
          expiresAt: instant(documentEndsMs),
          facts: someFacts(createRandom(2), noonMs, showUntilMs, mark),
        }),
      );
    say(1, 'F00001', noonMs + HOUR_MS, noonMs + 48 * HOUR_MS);
    say(2, 'F00002', noonMs + 9 * HOUR_MS, noonMs + HOUR_MS);
    return { truth, holds: factsHold(truth, () => ({ clockErrorMs })) };
  }
  it.each([
    ['has grown old', noonMs + HOUR_MS + MINUTE_MS, 'F00001', {}, 'grown old'],
    ['stands in facts that have run out', noonMs + HOUR_MS, 'F00002', {}, 'run out'],
    ['nobody knows the time for', noonMs, 'F00001', { clock: null }, 'nobody knows'],
  ])('is broken by weather that %s', (_what, trueMs, mark, change, words) =>
    expect(says(told().holds, aLook(trueMs, { texts: [`Καιρός · ${mark} Αθήνα`], ...change }))).toContain(words),
  );
  it.each([
    ['until the page has looked', noonMs + HOUR_MS + MINUTE_MS - 1, 'F00001'],
    ['to its document’s last moment', noonMs + HOUR_MS - 1, 'F00002'],
  ])('lets it pass %s', (_what, trueMs, mark) => expect(says(told().holds, aLook(trueMs, { texts: [mark] }))).toBe(''));
  it('is broken by what the held facts replaced, and by what nobody signed', () => {
    const { truth } = told();
    const replaced = factsReplaced(truth);
    expect(says(replaced, aLook(noonMs, { texts: ['F00001'] }))).toBe('');
    truth.noteReported(1, 1, 0, 2);
    expect(says(replaced, aLook(noonMs, { texts: ['F00001'] }))).toContain('holds facts 2');
    expect(says(replaced, aLook(noonMs, { texts: ['F00002'] }))).toBe('');
    const unsigned = neverUnsigned(truth, createCodeReader());
    expect(says(unsigned, aLook(noonMs, { texts: ['F00001'] }))).toBe('');
    expect(says(unsigned, aLook(noonMs, { texts: ['F00003'] }))).toContain('F00003');
  });
});

describe('withdrawn is gone', () => {
  it('is broken by one that the held content withdrew, and not before the device told that it holds it', () => {
    const { truth } = aTruth();
    const invariant = withdrawnGone(truth);
    truth.noteContent(aContent({ nowMs: noonMs, sequence: 2, title: 'N00004' }));
    expect(says(invariant, aLook(noonMs, { texts: ['N00003'] }))).toBe('');
    truth.noteReported(2, 1);
    expect(says(invariant, aLook(noonMs, { texts: ['N00003'] }))).toContain('content 2');
    expect(says(invariant, aLook(noonMs, { texts: ['N00004'] }))).toBe('');
  });
});

describe('what was arranged', () => {
  const text = (mark: string) => aPlacement('text', { title: { el: `${mark} Όπως ορίστηκε`, en: null }, body: null, ground: 'plain' });
  const always = { from: null, to: null, weekdays: [1, 2, 3, 4, 5, 6, 7] };
  /** A Friday, ten past ten in Athens. */
  const hours = (from: string, to: string) => ({ ...always, hours: { from, to } });
  function arranged(scenes: readonly Scene[], change: Parameters<typeof aScenes>[0] = {}): Truth {
    const { truth } = aTruth();
    truth.noteScenes(aScenes({ nowMs: noonMs, scenes, ...change }));
    truth.noteReported(1, 1, 1);
    return truth;
  }
  const seen = (truth: Truth, look: Look): string => says(arrangedHolds(truth, exact), look);
  const glass = (mark: string, trueMs = noonMs) => aLook(trueMs, { scene: 'layout', texts: [mark] });

  it.each([
    ['before its hours', { schedule: hours('10:11', '12:00') }],
    ['after its hours', { schedule: hours('08:00', '10:09') }],
    ['on a day that is not its own', { schedule: { ...always, weekdays: [1, 2, 3, 4, 6, 7], hours: null } }],
    ['in the night that began on such a day', { schedule: { ...always, weekdays: [5], hours: { from: '22:00', to: '11:00' } } }],
    ['after its last day', { schedule: { ...always, to: '2027-01-14', hours: null } }],
    ['beside a widget that the screen does not know', { view: aLayout(text('S00001'), aPlacement(UNKNOWN_WIDGET, {})).view }],
  ])('is broken by a scene %s', (_what, change) => {
    expect(seen(arranged([{ ...aLayout(text('S00001')), ...change }]), glass('S00001'))).toContain('no arrangement has it on now');
  });
  it.each([
    ['in its hours', { schedule: hours('10:00', '12:00') }],
    ['in the night that began on its day', { schedule: { ...always, weekdays: [4], hours: { from: '22:00', to: '11:00' } } }],
    ['on its last day', { schedule: { ...always, to: '2027-01-15', hours: null } }],
    ['over fresh data', { mostDataAgeHours: 1 }],
  ])('lets a scene pass %s', (_what, change) =>
    expect(seen(arranged([{ ...aLayout(text('S00001')), ...change }]), glass('S00001'))).toBe(''),
  );
  it('is broken by a scene over data that is too old for it', () => {
    const truth = arranged([{ ...aLayout(text('S00001')), mostDataAgeHours: 1 }]);
    expect(seen(truth, glass('S00001', noonMs + 2 * HOUR_MS))).toContain('S00001');
  });
  it('is broken by a day that is past', () => {
    const events = [
      { date: '2027-01-14', time: null, name: { el: 'S00002 Χθες', en: null } },
      { date: '2027-01-15', time: null, name: { el: 'S00003 Σήμερα', en: null } },
    ];
    const truth = arranged([aLayout(aPlacement('events', { title: { el: 'Ημερομηνίες', en: null }, events }))]);
    expect(seen(truth, glass('S00002'))).toContain('S00002');
    expect(seen(truth, glass('S00003'))).toBe('');
  });
  it('is broken by an arrangement that has run out', () => {
    const truth = arranged([aLayout(text('S00001'))], { expiresAt: instant(noonMs - 60_000) });
    expect(seen(truth, glass('S00001'))).toContain('S00001');
  });
  it('is broken by what a takeover has put aside, and by a filler beside a scene that is on', () => {
    const scenes = [
      { ...aLayout(text('S00001')), priority: 'takeover' as const, schedule: hours('10:00', '12:00') },
      aLayout(text('S00002')),
      { ...aLayout(text('S00003')), priority: 'filler' as const },
    ];
    expect(seen(arranged(scenes), glass('S00001'))).toBe('');
    expect(seen(arranged(scenes), glass('S00002'))).toContain('S00002');
    expect(seen(arranged(scenes), glass('S00002', noonMs + 2 * HOUR_MS))).toBe('');
    expect(seen(arranged(scenes), glass('S00003', noonMs + 2 * HOUR_MS))).toContain('S00003');
  });
  it('is broken by a scene with hours on a screen that does not know what time it is', () => {
    const truth = arranged([{ ...aLayout(text('S00001')), schedule: hours('10:00', '12:00') }, aLayout(text('S00002'))]);
    const blind = (mark: string) => aLook(noonMs, { scene: 'layout', texts: [mark], clock: null });
    expect(seen(truth, blind('S00001'))).toContain('S00001');
    expect(seen(truth, blind('S00002'))).toBe('');
  });
  it('is replaced once the device told so', () => {
    const truth = arranged([aLayout(text('S00001'))]);
    truth.noteScenes(aScenes({ nowMs: noonMs, sequence: 2, scenes: [aLayout(text('S00002'))] }));
    const replaced = arrangedReplaced(truth);
    expect(says(replaced, glass('S00001'))).toBe('');
    truth.noteReported(1, 1, 2);
    expect(says(replaced, glass('S00001'))).toContain('holds arrangement 2');
    expect(says(replaced, glass('S00002'))).toBe('');
  });
  it('is broken where a takeover is on and something else is shown, but for what is urgent', () => {
    const truth = arranged([
      { ...aLayout(text('S00001')), priority: 'takeover', schedule: hours('10:00', '12:00') },
      aLayout(text('S00002')),
    ]);
    const shown = takeoverShown(truth, exact);
    expect(says(shown, glass('S00001'))).toBe('');
    expect(says(shown, aLook(noonMs))).toContain('S00001 has taken over');
    expect(says(shown, glass('S00002'))).toContain('S00001 has taken over');
    expect(says(shown, aLook(noonMs, { scene: 'urgent' }))).toBe('');
    expect(says(shown, aLook(noonMs + 2 * HOUR_MS))).toBe('');
  });
});

describe('clock right', () => {
  const invariant = clockRight(exact);
  it.each([
    ['an hour off, as with a summer time forgotten', { clock: '09:10' }],
    ['a minute behind', { clock: '10:09' }],
    ['a day behind', { day: 'Πεμ 14 Ιαν' }],
  ])('is broken by a header %s', (_what, change) =>
    expect(says(invariant, aLook(noonMs + 30_000, change))).toContain('in Athens it is 15, 10:10'),
  );
  it('lets a header without a clock pass: it claims nothing', () =>
    expect(says(invariant, aLook(noonMs + HOUR_MS, { clock: null }))).toBe(''));
  it.each([
    ['the missing hour of March', Date.UTC(2027, 2, 28, 1), '28, 04:00'],
    ['before it', Date.UTC(2027, 2, 28, 0, 59), '28, 02:59'],
    ['the hour of October that comes twice, the second time', Date.UTC(2027, 9, 31, 1), '31, 03:00'],
  ])('knows %s', (_what, timeMs, face) => expect(faceAt(timeMs)).toBe(face));
});

describe('age true', () => {
  const invariantOf = () => {
    const { truth } = aTruth();
    truth.noteReported(1, 1);
    return { truth, invariant: ageTrue(truth, exact) };
  };
  it.each([
    ['younger than it is', 'Χωρίς σύνδεση · δεδομένα πριν από 2 ώρες', 5 * HOUR_MS, 'the data is 300 min old'],
    ['older than it is', 'Offline · data from 3 hours ago', 90 * MINUTE_MS, 'only 90 min old'],
    ['not told', null, 2 * HOUR_MS, 'does not say so'],
    ['told without its age', 'Χωρίς σύνδεση', 2 * HOUR_MS, 'does not say so'],
  ])('is broken by an age %s', (_what, status, ageMs, words) =>
    expect(says(invariantOf().invariant, aLook(noonMs + ageMs, { status }))).toContain(words),
  );
  it.each([
    ['in the hour it names', 'Offline · data from 3 hours ago', 3.5 * HOUR_MS],
    ['of days', 'Δεδομένα πριν από 13 ημέρες', 13.9 * 24 * HOUR_MS],
    ['not told because it is fresh', null, 50 * MINUTE_MS],
  ])('lets an age pass %s', (_what, status, ageMs) => expect(says(invariantOf().invariant, aLook(noonMs + ageMs, { status }))).toBe(''));
  it('goes by what the device can have heard, not by what the cloud said behind a dead line', () => {
    const { truth, invariant } = invariantOf();
    truth.noteDesired(aDesired({ nowMs: noonMs + 5 * HOUR_MS, sequence: 2 }));
    const look = aLook(noonMs + 5 * HOUR_MS, { status: 'data from 5 hours ago' });
    expect(says(invariant, look)).toBe('');
    truth.noteLineOpen();
    truth.noteReported(1, 2);
    expect(says(invariant, look)).toContain('only 0 min old');
  });
  it('reads both languages', () => {
    expect(ageIn('Χωρίς σύνδεση · δεδομένα πριν από 1 ώρα')).toMatchObject({ leastMs: HOUR_MS, mostMs: 2 * HOUR_MS });
    expect(ageIn('Data from a moment ago')).toMatchObject({ leastMs: 0, mostMs: MINUTE_MS });
    expect(ageIn('Χωρίς σύνδεση')).toBeNull();
  });
});

describe('code in force', () => {
  const { batch } = aTruth();
  const slotMs = Math.floor(noonMs / SLOT_MS) * SLOT_MS;
  const codes = [qrAt(batch, slotMs)?.path ?? ''];
  const invariant = codeInForce(createCodeReader(), exact);
  it.each([
    ['after its end', slotMs + SLOT_MS + 5_001, 'after its end'],
    ['before its half minute', slotMs - 2_001, 'too early'],
  ])('is broken by a code %s', (_what, trueMs, words) => expect(says(invariant, aLook(trueMs, { codes }))).toContain(words));
  it('lets it pass in its half minute and five seconds after', () => {
    for (const trueMs of [slotMs, slotMs + 29_999, slotMs + 35_000]) expect(says(invariant, aLook(trueMs, { codes }))).toBe('');
  });
});

describe('never idle', () => {
  it('is broken by the safe scene over content that is held and in force, and not once it has run out', () => {
    const { truth } = aTruth();
    const safe = { scene: 'safe', texts: ['112'] };
    expect(says(neverIdle(truth), aLook(noonMs, safe))).toBe('');
    truth.noteReported(1, 1);
    expect(says(neverIdle(truth), aLook(noonMs, safe))).toContain('holds content 1');
    expect(says(neverIdle(truth), aLook(noonMs + 48 * HOUR_MS, safe))).toBe('');
    truth.forgetReported();
    expect(says(neverIdle(truth), aLook(noonMs, safe))).toBe('');
  });
});

it('nothing missed is broken by changes that were not looked at', () => {
  expect(says(nothingMissed(), aLook(noonMs, { lost: 3 }))).toContain('3 changes');
});

it('a document that another building’s cloud signed is nobody’s: its texts are unsigned here', () => {
  const { truth } = aTruth();
  expect(truth.statement('N00099')).toBeNull();
  expect(truth.contentsWith('N00099')).toEqual([]);
});

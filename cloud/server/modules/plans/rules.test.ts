import { isDecided } from '@concierge/contract/plans.ts';
import { widgetSchemas } from '@concierge/kiosk-renderer/widgets/schemas.ts';
import { describe, expect, it } from 'vitest';
import { type AgreedPlan, standingAt } from './rules.ts';

const DAY = 86_400_000;
const premium = (from: number, until: number | null, trial = false): AgreedPlan => ({
  plan: 'premium',
  trial,
  startsMs: from * DAY,
  endsMs: until === null ? null : until * DAY,
});
const basic = (from: number, until: number | null): AgreedPlan => ({ ...premium(from, until), plan: 'basic' });

/** In days, to be read. */
function at(agreed: readonly AgreedPlan[], day: number): string {
  const { plan, phase, trial, sinceMs, untilMs, goneFromMs, next } = standingAt(agreed, day * DAY);
  const days = (ms: number | null) => (ms === null ? '–' : String(ms / DAY));
  return [
    `${plan} ${phase}${trial ? ' trial' : ''}`,
    `${days(sinceMs)}/${days(untilMs)}/${days(goneFromMs)}`,
    next === null ? '' : `then ${next.plan} ${days(next.fromMs)}`,
  ]
    .join(' ')
    .trim();
}

const just = 1 / DAY;

describe('what holds at a moment', () => {
  it.each<[what: string, agreed: AgreedPlan[], day: number, holds: string]>([
    ['nothing written down', [], 5, 'basic standing –/–/–'],
    ['without an end', [premium(0, null)], 5_000, 'premium standing 0/–/–'],
    ['its first moment', [premium(10, 100)], 10, 'premium standing 10/100/114'],
    ['the moment before', [premium(10, 100)], 10 - just, 'basic standing –/–/– then premium 10'],
    ['eight days before the end', [premium(10, 100)], 92, 'premium standing 10/100/114'],
    ['seven days before the end', [premium(10, 100)], 93, 'premium ending 10/100/114'],
    ['its last moment', [premium(10, 100)], 100 - just, 'premium ending 10/100/114'],
    ['its end', [premium(10, 100)], 100, 'premium grace 10/100/114'],
    ['the last moment of the grace', [premium(10, 100)], 114 - just, 'premium grace 10/100/114'],
    ['the end of the grace', [premium(10, 100)], 114, 'basic standing 114/–/–'],
    ['a trial', [premium(0, 30, true)], 3, 'premium standing trial 0/30/44'],
    ['a trial’s grace', [premium(0, 30, true)], 31, 'premium grace trial 0/30/44'],
    ['a trial that was bought', [premium(0, 30, true), premium(30, 395)], 29, 'premium standing trial 0/395/409'],
    ['the bought one after a trial', [premium(0, 30, true), premium(30, 395)], 31, 'premium standing 0/395/409'],
    ['renewed within the grace: nobody is warned', [premium(0, 30), premium(40, 400)], 29, 'premium standing 0/400/414'],
    ['in the gap before it is renewed', [premium(0, 30), premium(40, 400)], 35, 'premium standing 0/400/414'],
    ['renewed too late', [premium(0, 30), premium(50, null)], 29, 'premium ending 0/30/44 then premium 50'],
    ['between the two', [premium(0, 30), premium(50, null)], 45, 'basic standing 44/–/– then premium 50'],
    ['after the gap', [premium(0, 30), premium(50, null)], 51, 'premium standing 50/–/–'],
    ['lowered: the grace outlasts the beginning of the lesser', [premium(0, 30), basic(30, null)], 31, 'premium grace 0/30/44'],
    ['lowered: after the grace', [premium(0, 30), basic(30, null)], 44, 'basic standing 44/–/–'],
    ['lowered for some days and raised again', [premium(0, 30), basic(30, 35), premium(35, null)], 31, 'premium standing 0/–/–'],
    ['lowered for long and raised again', [premium(0, 30), basic(30, 90), premium(90, null)], 60, 'basic standing 44/–/– then premium 90'],
  ])('%s', (_what, agreed, day, holds) => {
    expect(at(agreed, day)).toBe(holds);
  });

  it('never takes a plan away before fourteen days have passed since its end, in any history', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      let day = 0;
      const agreed = Array.from({ length: 6 }, (_, index): AgreedPlan => {
        const starts = day + ((seed * 7 + index * 13) % 29);
        day = starts + 1 + ((seed * 11 + index * 5) % 41);
        return (seed >> index) % 2 === 0 ? premium(starts, day) : basic(starts, day);
      });
      const wrong = Array.from({ length: day + 40 }, (_, look) => look).filter((look) => {
        const paid = agreed.some(
          ({ plan, startsMs, endsMs }) => plan === 'premium' && startsMs <= look * DAY && look * DAY < (endsMs ?? 0) + 14 * DAY,
        );
        return standingAt(agreed, look * DAY).plan !== (paid ? 'premium' : 'basic');
      });
      expect(wrong, `seed ${seed}`).toEqual([]);
    }
  });
});

it('has been decided for every kind of widget there is whether a plan may lack it', () => {
  const undecided = Object.keys(widgetSchemas).filter((kind) => !isDecided(kind));
  expect(
    undecided,
    'a new kind informs, and then every plan has it, or it is comfort: say which in shared/contract/plans.ts (ADR 0028)',
  ).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { type AdCounts, countOf, countsAfter } from './counts.ts';
import { currentCampaign } from './current-campaign.ts';
import { withBoundedAds } from './share.ts';

const moment = { date: '2026-03-28', minuteOfDay: 600 };
const facts = (adCounts: AdCounts) => ({ moment, mediaUrl: (sha256: string) => sha256, adCounts });
const campaign = (name: string) => ({
  media: { sha256: name, type: 'image/png' as const, bytes: 1 },
  alt: { el: name, en: null },
  from: '2026-01-01',
  until: '2026-12-31',
});

/** How often each campaign was shown in so many rounds: `campaigns` says how many each scene has, and the house stands so long that the allowance differs from round to round. */
function shownIn(campaigns: readonly number[], rounds: number, houseMs: (round: number) => number): number[] {
  const scenes = campaigns.map((count, scene) => Array.from({ length: count }, (_, index) => campaign(`${scene}/${index}`)));
  const on = scenes.flat().map(({ media }) => media.sha256);
  const total = new Map(on.map((sha256) => [sha256, 0]));
  let counts: AdCounts = new Map();
  for (let round = 0; round < rounds; round += 1) {
    const entries = [{ durationMs: houseMs(round), ads: [] }, ...scenes.map((ads) => ({ durationMs: 10_000, ads }))];
    const mean = ({ ads }: (typeof entries)[number]) =>
      ads.length === 0 ? null : ads.reduce((sum, { media }) => sum + countOf(counts, media.sha256), 0) / ads.length;
    const shown = withBoundedAds(entries, mean).flatMap(({ ads }) => currentCampaign(ads, facts(counts))?.sha256 ?? []);
    for (const sha256 of shown) total.set(sha256, (total.get(sha256) ?? 0) + 1);
    counts = countsAfter(counts, on, new Set(shown));
  }
  return [...total.values()];
}
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

describe('advertisements, over many rounds', () => {
  it('are shown equally often to one, for any number of scenes, of campaigns in each, and of what the round has room for', () => {
    for (let scenes = 1; scenes <= 5; scenes += 1)
      for (let campaigns = 1; campaigns <= 8; campaigns += 1)
        for (let room = 1; room <= scenes; room += 1) {
          const counts = shownIn(
            Array.from({ length: scenes }, () => campaigns),
            97,
            () => room * 15_000,
          );
          expect([scenes, campaigns, room, spread(counts)]).toEqual([scenes, campaigns, room, expect.toSatisfy((by: number) => by <= 1)]);
          expect(Math.min(...counts)).toBeGreaterThan(0);
        }
  });
  it('are so too when the room differs from round to round, as it does with the language', () => {
    for (let scenes = 2; scenes <= 5; scenes += 1)
      for (let made = 0; made < 20; made += 1) {
        const counts = shownIn(
          Array.from({ length: scenes }, () => 1 + (made % 8)),
          97,
          (round) => (1 + ((round * 7 + made) % scenes)) * 15_000,
        );
        expect(spread(counts)).toBeLessThanOrEqual(1);
      }
  });
  it('are so to one with one place for all, however unevenly they are spread over their scenes', () => {
    for (let made = 0; made < 60; made += 1) {
      const campaigns = Array.from({ length: 1 + (made % 5) }, (_, index) => 1 + ((made * 7 + index * 5) % 8));
      expect(spread(shownIn(campaigns, 200, () => 15_000))).toBeLessThanOrEqual(1);
    }
  });
  it('are all seen where a scene of one campaign stands in every round beside one of many', () => {
    const counts = shownIn([1, 8], 80, () => 60_000);
    expect(counts).toEqual([80, ...Array.from({ length: 8 }, () => 10)]);
  });
});

describe('countsAfter', () => {
  it('lets one that comes late join the others, not catch up with them, and forgets what is over', () => {
    const counts = countsAfter(
      new Map([
        ['old', 500],
        ['other', 501],
      ]),
      ['old', 'new'],
      new Set(['new']),
    );
    expect([...counts]).toEqual([
      ['old', 500],
      ['new', 501],
    ]);
  });
});

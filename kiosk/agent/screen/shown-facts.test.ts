import type { FactsClaims } from '@concierge/contract/mqtt/facts.ts';
import jsqr from 'jsqr';
import { describe, expect, it } from 'vitest';
import { instant } from '../testing/documents.ts';
import { shownFacts } from './shown-facts.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const account = { iban: 'GR1601101250000000012300695', holder: 'POLYKATOIKIA AG. LAVRAS 14' };
const weather = {
  place: { el: 'Αθήνα', en: 'Athens' },
  measuredAt: instant(nowMs),
  showUntil: instant(nowMs + 3 * 3_600_000),
  now: { temperatureC: 17, sky: 'clear', isDay: true, windBeaufort: 4, windFrom: 'n' },
  days: [{ date: '2026-11-21', sky: 'clear', lowestC: 9, highestC: 18 }],
};

const claims = (facts: FactsClaims['facts']): FactsClaims => ({
  kind: 'facts',
  buildingId: '01900000-0000-7000-8000-00000000b001',
  sequence: 1,
  issuedAt: instant(nowMs),
  expiresAt: instant(nowMs + 3_600_000),
  facts,
});

describe('shownFacts', () => {
  it('draws a code that a phone reads as a transfer to the account, and nothing else (EPC069-12)', () => {
    const { qr, ...shown } = shownFacts(claims({ account }), nowMs).account ?? { qr: null };
    expect(shown).toEqual(account);
    const lines = read(qr).split('\n');
    expect(lines).toEqual(['BCD', '002', '1', 'SCT', '', account.holder, account.iban]);
    // No amount, no reference, nothing about a person; 331 bytes and version 13 at most.
    expect(Buffer.byteLength(lines.join('\n'))).toBeLessThanOrEqual(331);
    expect(qr?.size).toBeLessThanOrEqual(69);
  });

  it('leaves out what it does not know or what is not right, and nothing else', () => {
    const odd = { ...weather, now: { ...weather.now, temperatureC: 451 } };
    expect(shownFacts(claims({ weather: odd, account, turnout: { share: 0.5 } }), nowMs)).toMatchObject({ weather: null, account });
    expect(shownFacts(claims({ weather, account: { ...account, iban: 'GR1701101250000000012300695' } }), nowMs)).toEqual({
      weather,
      account: null,
    });
    expect(shownFacts(claims({ weather, account: { ...account, debtor: 'Π. Παπαδόπουλος' } }), nowMs)).toEqual({ weather, account: null });
  });

  it('knows nothing without a message, or after its end', () => {
    expect(shownFacts(null, nowMs)).toEqual({ weather: null, account: null });
    expect(shownFacts(claims({ weather, account }), nowMs + 3_600_000)).toEqual({ weather: null, account: null });
  });
});

/** As a phone does: paints the path, four pixels a module with the quiet zone, and looks for a code. */
function read(qr: { readonly path: string; readonly size: number } | null): string {
  if (qr === null) throw new Error('there is no code');
  const scale = 4;
  const side = (qr.size + 8) * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, width] of qr.path.matchAll(/M(\d+) (\d+)h(\d+)/g)) dark(Number(x), Number(y), Number(width));
  const found = jsqr.default(pixels, side, side);
  if (found === null) throw new Error('no code was found');
  return found.data;

  function dark(x: number, y: number, width: number): void {
    for (let row = (y + 4) * scale; row < (y + 5) * scale; row += 1)
      for (let column = (x + 4) * scale; column < (x + width + 4) * scale; column += 1)
        pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
  }
}

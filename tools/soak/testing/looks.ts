import { aContent, aDesired, aQrBatch, instant } from '@concierge/kiosk-agent/testing/documents.ts';
import type { Look } from '../invariants/invariant.ts';
import type { GlassReading } from '../kiosk/reading.ts';
import { createTruth, type Truth } from '../world/truth.ts';

/** Ten past ten in the morning in Athens, in winter. */
export const noonMs = Date.UTC(2027, 0, 15, 8, 10);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** A good look at a good glass at that moment, with what a test changes. */
export function aLook(trueMs: number, change: Partial<GlassReading> = {}, characters: number | null = 40): Look {
  const reading: GlassReading = {
    atMs: trueMs - noonMs,
    scene: 'overview',
    language: 'el',
    texts: ['Καλημέρα', 'N00001 Διακοπή νερού'],
    clock: '10:10',
    day: 'Παρ 15 Ιαν',
    status: null,
    codes: [],
    lost: 0,
    ...change,
  };
  return { atMs: reading.atMs, trueMs, reading, characters };
}

/** A cloud that said content 1 with N00001 (for an hour) and N00002 (from an hour on), and vouched for it at noon; content 2 without either. */
export function aTruth(): { truth: Truth; batch: ReturnType<typeof aQrBatch> } {
  const truth = createTruth();
  const usual = aContent({ nowMs: noonMs, expiresAt: instant(noonMs + 48 * HOUR_MS) });
  const [announcement] = usual.document.announcements;
  if (announcement === undefined) throw new Error('the builder makes one announcement');
  const announcements = [
    { ...announcement, title: { el: 'N00001 Διακοπή νερού', en: null }, expiresAt: instant(noonMs + HOUR_MS) },
    { ...announcement, title: { el: 'N00002 Συνέλευση', en: null }, publishAt: instant(noonMs + HOUR_MS) },
    { ...announcement, title: { el: 'N00003 Κήπος', en: null } },
  ];
  truth.noteContent({ ...usual, document: { ...usual.document, announcements } });
  truth.noteDesired(aDesired({ nowMs: noonMs, sequence: 1 }));
  truth.noteLineOpen();
  const batch = aQrBatch({ nowMs: noonMs, slots: 240 });
  truth.noteBatch(batch);
  return { truth, batch };
}

import type { Page } from 'playwright-core';
import { sampleBatches, sampleExpected, sampleExpectedDetail, sampleLabel, sampleSerials } from '../samples/batches.ts';
import { answer, click, clicks, failed, nothing, outage, type Places, refusal, type Shot } from '../shot.ts';

/** Batches, what is expected of them, and where labels lead. */
export function batchShots({ full }: Places): Shot[] {
  const nowMs = Date.now();
  const batches = sampleBatches(full, nowMs);
  const all = /\/api\/kiosk\/device-batches(\?|$)/;
  const [first, refused, revoked] = batches;
  const page = `/office/batches/${first?.id}`;
  const expected = /\/api\/kiosk\/expected-devices/;
  const withList = (open: Page) => answer(open, all, { items: batches, nextCursor: null });
  const withBatch =
    (batch = first) =>
    async (open: Page) => {
      await answer(open, /\/device-batches\/[^/]+$/, batch);
      await answer(open, /\/device-batches\/[^/]+\/serials(\?|$)/, { items: sampleSerials(full, nowMs), nextCursor: null });
    };
  const withExpected = (state: 'waiting' | 'open') => async (open: Page) => {
    await answer(open, expected, { items: sampleExpected(state, full, nowMs), nextCursor: null, waiting: 2, open: 2 });
    await answer(open, /\/serials\/[^/?]+$/, sampleExpectedDetail(state, nowMs));
  };
  const place = /^(Σύνδεση|Connect): /;
  const connect = /^(Σύνδεση της οθόνης|Connect the screen)$/;
  const label = (state: Parameters<typeof sampleLabel>[0]): Shot => ({
    name: `label-${state}`,
    path: '/office/screens?device=7-002&batch=000b0007',
    as: 'manager',
    before: (open) => answer(open, /\/api\/kiosk\/labels\//, sampleLabel(state)),
  });
  return [
    { name: 'batches', path: '/office/batches', as: 'manager', before: withList },
    { name: 'batches-empty', path: '/office/batches', as: 'manager', before: (open) => answer(open, all, nothing) },
    { name: 'batches-outage', path: '/office/batches', as: 'manager', before: (open) => answer(open, all, outage, 503), act: failed },
    { name: 'batch', path: page, as: 'manager', before: withBatch() },
    { name: 'batch-refused', path: page, as: 'manager', before: withBatch(refused) },
    { name: 'batch-revoked', path: page, as: 'manager', before: withBatch(revoked) },
    {
      name: 'batch-unknown',
      path: page,
      as: 'manager',
      before: (open) => answer(open, /\/device-batches\/[^/]+$/, refusal('not-found', 404), 404),
    },
    { name: 'batch-revoke', path: page, as: 'manager', before: withBatch(), act: click(/^(Ανάκληση παρτίδας|Revoke the batch)$/) },
    { name: 'batch-remove', path: page, as: 'manager', before: withBatch(), act: click(/^(Αφαίρεση|Remove): /) },
    { name: 'batch-revoke-device', path: page, as: 'manager', before: withBatch(), act: click(/^(Ανάκληση|Revoke): /) },
    { name: 'expected', path: '/office/expected', as: 'manager', before: withExpected('waiting') },
    { name: 'expected-open', path: '/office/expected?state=open', as: 'manager', before: withExpected('open') },
    {
      name: 'expected-empty',
      path: '/office/expected',
      as: 'manager',
      before: (open) => answer(open, expected, { ...nothing, waiting: 0, open: 0 }),
    },
    { name: 'place', path: '/office/expected', as: 'manager', before: withExpected('waiting'), act: click(place) },
    { name: 'place-unfilled', path: '/office/expected', as: 'manager', before: withExpected('waiting'), act: clicks(place, connect) },
    {
      name: 'place-wrong-words',
      path: '/office/expected',
      as: 'manager',
      async before(open) {
        await withExpected('waiting')(open);
        await answer(open, /\/place$/, refusal('claim-words-wrong', 409), 409);
      },
      async act(open) {
        await click(place)(open);
        const dialog = open.getByRole('dialog');
        await dialog.getByRole('radio').first().check();
        await dialog.getByLabel(/^(Πολυκατοικία|Building)/).selectOption({ index: 1 });
        await clicks(connect)(open);
        await dialog.getByRole('alert').waitFor();
      },
    },
    {
      name: 'place-later',
      path: '/office/expected?state=open',
      as: 'manager',
      before: withExpected('open'),
      act: click(/^(Ορισμός θέσης|Choose its place): /),
    },
    ...(['open', 'waiting', 'unlisted', 'revoked', 'left', 'ended'] as const).map(label),
    {
      name: 'label-unknown',
      path: '/office/screens?device=7-002&batch=000b0007',
      as: 'manager',
      before: (open) => answer(open, /\/api\/kiosk\/labels\//, refusal('not-found', 404), 404),
    },
  ];
}

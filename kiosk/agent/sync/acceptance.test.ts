import { describe, expect, it } from 'vitest';
import { aContent, aDesired, aQrBatch, HOUR_MS, testBuildingId, testDeviceId } from '../testing/documents.ts';
import { type Acceptance, type ClockView, decideAcceptance } from './acceptance.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const addressee = { deviceId: testDeviceId, buildingId: testBuildingId };
const trusted: ClockView = { nowMs, trusted: true, bounded: true };
const estimated: ClockView = { nowMs, trusted: false, bounded: true };
const guessing: ClockView = { nowMs, trusted: false, bounded: false };
const elsewhere = '01900000-0000-7000-8000-0000000000ff';
const heldFive = { claims: aContent({ sequence: 5, nowMs }), jws: 'five' };
const accept: Acceptance = { verdict: 'accept' };

describe('whether a content document is taken', () => {
  it.each<[string, Parameters<typeof aContent>[0], typeof heldFive | null, ClockView, string]>([
    ['the first one', {}, null, trusted, 'accept'],
    ['the next one', { sequence: 6 }, heldFive, trusted, 'accept'],
    ['one that skips versions', { sequence: 60 }, heldFive, trusted, 'accept'],
    ['a lower one', { sequence: 4 }, heldFive, trusted, 'lower-version'],
    ['a lower one, whatever the clock', { sequence: 4 }, heldFive, guessing, 'lower-version'],
    ['a different one of the same version', { sequence: 5 }, heldFive, trusted, 'conflicting-version'],
    ["another building's", { buildingId: elsewhere }, null, trusted, 'other-building'],
    [
      "one that speaks of another building's lobby",
      { document: { ...aContent().document, building: { ...aContent().document.building, id: elsewhere } } },
      null,
      trusted,
      'other-building',
    ],
    ['one that expires this instant', { expiresAt: new Date(nowMs).toISOString() }, null, trusted, 'expired'],
    ['one that expires in a moment', { expiresAt: new Date(nowMs + 1).toISOString() }, null, trusted, 'accept'],
    ['an expired one with an estimated clock', { expiresAt: new Date(nowMs - 1).toISOString() }, null, estimated, 'expired'],
    ['a seemingly expired one while the clock is a guess', { expiresAt: new Date(nowMs - 1).toISOString() }, null, guessing, 'accept'],
    ['one signed five minutes ahead', { issuedAt: new Date(nowMs + 300_000).toISOString() }, null, trusted, 'accept'],
    ['one signed further ahead', { issuedAt: new Date(nowMs + 300_001).toISOString() }, null, trusted, 'from-the-future'],
    ['one signed far ahead of an estimate', { issuedAt: new Date(nowMs + HOUR_MS).toISOString() }, null, estimated, 'accept'],
  ])('%s', (_what, change, held, clock, outcome) => {
    const decided = decideAcceptance<'content'>({ claims: aContent({ nowMs, ...change }), jws: 'new', addressee, held, clock });
    expect(decided).toEqual(outcome === 'accept' ? accept : { verdict: 'refuse', reason: outcome });
  });

  it('is not asked again about the one that is held', () => {
    expect(decideAcceptance<'content'>({ ...heldFive, addressee, held: heldFive, clock: trusted })).toEqual({ verdict: 'already-held' });
  });
});

describe('whether a document for one device is taken', () => {
  it.each([
    ['its own', testDeviceId, testBuildingId, accept],
    ["another device's", elsewhere, testBuildingId, { verdict: 'refuse', reason: 'other-device' }],
    ["another building's", testDeviceId, elsewhere, { verdict: 'refuse', reason: 'other-building' }],
  ])('%s', (_what, deviceId, buildingId, outcome) => {
    const common = { jws: 'new', addressee, held: null, clock: trusted };
    expect(decideAcceptance<'desired'>({ ...common, claims: aDesired({ nowMs, deviceId, buildingId }) })).toEqual(outcome);
    expect(decideAcceptance<'qr'>({ ...common, claims: aQrBatch({ nowMs, deviceId, buildingId }) })).toEqual(outcome);
  });
});

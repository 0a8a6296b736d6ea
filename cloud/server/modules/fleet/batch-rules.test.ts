import { deviceNumber, MAX_BATCH_SIZE } from '@concierge/contract/http/device-batches.ts';
import { describe, expect, it } from 'vitest';
import { deviceNameOf, judgeBoot, stateOfSerial } from './batch-rules.ts';

const key = Uint8Array.from({ length: 32 }, (_, at) => at);
const otherKey = key.with(31, 0);
const fresh = { heardKey: null, deviceId: null, deviceEnd: null, buildingId: 'a building' };

describe('a machine that came with the good token', () => {
  it.each([
    ['its serial is not listed', null, 'refuse'],
    ['it is the first', fresh, 'claim'],
    ['it is the first and nobody said where it goes', { ...fresh, buildingId: null }, 'wait'],
    ['it came before', { ...fresh, heardKey: key, buildingId: null }, 'wait'],
    ['somebody chose a building since', { ...fresh, heardKey: key }, 'claim'],
    ['another came first', { ...fresh, heardKey: otherKey }, 'refuse'],
    ['another came first, with a key that begins alike', { ...fresh, heardKey: key.subarray(0, 31) }, 'refuse'],
    ['it is claimed and did not hear of it', { ...fresh, heardKey: key, deviceId: 'd' }, 'answer-again'],
    ['another was claimed', { ...fresh, heardKey: otherKey, deviceId: 'd' }, 'refuse'],
    ['it was revoked', { ...fresh, heardKey: key, deviceId: 'd', deviceEnd: 'revoked' as const }, 'refuse'],
    ['it left', { ...fresh, heardKey: key, deviceId: 'd', deviceEnd: 'left' as const }, 'refuse'],
  ] as const)('when %s: %s', (_what, authorised, verdict) => expect(judgeBoot(authorised, key)).toBe(verdict));
});

describe('the state of a serial', () => {
  it.each([
    [{ batchOver: false, presented: false, deviceId: null, deviceEnd: null }, 'open'],
    [{ batchOver: false, presented: true, deviceId: null, deviceEnd: null }, 'waiting'],
    [{ batchOver: true, presented: true, deviceId: null, deviceEnd: null }, 'ended'],
    [{ batchOver: false, presented: true, deviceId: 'd', deviceEnd: null }, 'claimed'],
    [{ batchOver: true, presented: true, deviceId: 'd', deviceEnd: null }, 'claimed'],
    [{ batchOver: true, presented: true, deviceId: 'd', deviceEnd: 'revoked' as const }, 'revoked'],
    [{ batchOver: true, presented: true, deviceId: 'd', deviceEnd: 'left' as const }, 'left'],
  ] as const)('of %o is %s', (facts, state) => expect(stateOfSerial(facts)).toBe(state));
});

it('names a device so that the longest name still fits', () => {
  expect(deviceNameOf('x'.repeat(40), deviceNumber(999_999, MAX_BATCH_SIZE)).length).toBeLessThanOrEqual(60);
  expect(deviceNumber(7, 12)).toBe('7-012');
});

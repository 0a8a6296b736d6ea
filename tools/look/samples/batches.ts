import type {
  DeviceBatch,
  ExpectedDevice,
  ExpectedDeviceDetail,
  LabelTarget,
  Preauthorisation,
} from '@concierge/contract/http/device-batches.ts';
import { sampleWordPairs } from './claims.ts';

const DAY_MS = 86_400_000;
const batchName = { id: '01900000-0000-7000-8000-0000000b0007', number: 7, name: 'Κυψέλη 2026' };

/** A batch that is half hung up, one whose cards were put into wrong machines, one that is over, one that was just revoked. */
export function sampleBatches(buildingId: string, nowMs: number): DeviceBatch[] {
  const at = (days: number) => new Date(nowMs - days * DAY_MS).toISOString();
  const batch = (number: number, part: Partial<DeviceBatch>): DeviceBatch => ({
    id: `01900000-0000-7000-8000-0000000b000${number}`,
    number,
    name: 'Παρτίδα',
    buildingId: null,
    size: 40,
    state: 'open',
    createdAt: at(6),
    expiresAt: at(-24),
    bootTokenAt: at(5),
    labelsAt: at(5),
    reopenableUntil: null,
    serials: { open: 9, waiting: 3, claimed: 24, revoked: 1, left: 2, ended: 0 },
    refusedCount: 0,
    lastRefusedAt: null,
    ...part,
  });
  return [
    batch(7, { name: batchName.name }),
    batch(6, { name: 'Πατήσια, δεύτερη παραλαβή με τις μεγάλες οθόνες', refusedCount: 3, lastRefusedAt: at(0.1), buildingId }),
    batch(5, {
      name: 'Κηφισίας',
      state: 'revoked',
      size: 4,
      bootTokenAt: null,
      reopenableUntil: new Date(nowMs + 600_000).toISOString(),
      serials: { open: 0, waiting: 0, claimed: 2, revoked: 0, left: 0, ended: 2 },
    }),
    batch(4, {
      name: 'Δοκιμή',
      state: 'expired',
      size: 2,
      labelsAt: null,
      bootTokenAt: null,
      expiresAt: at(1),
      serials: { open: 0, waiting: 0, claimed: 0, revoked: 0, left: 0, ended: 1 },
    }),
  ];
}

export function sampleSerials(buildingId: string, nowMs: number): Preauthorisation[] {
  const row = (number: number, part: Partial<Preauthorisation>): Preauthorisation => ({
    serial: `10000000a1b2c3d${number}`,
    deviceNumber: `7-00${number}`,
    state: 'open',
    presentedAt: null,
    words: null,
    buildingId: null,
    device: null,
    ...part,
  });
  const came = { state: 'waiting' as const, presentedAt: new Date(nowMs - 240_000).toISOString(), words: sampleWordPairs[1] ?? null };
  const device = {
    id: '01900000-0000-7000-8000-000000000001',
    name: 'Είσοδος Βικτωρίας',
    online: true,
    lastSeenAt: new Date(nowMs).toISOString(),
    claimedAt: new Date(nowMs - DAY_MS).toISOString(),
  };
  return [
    row(1, { state: 'claimed', device, buildingId }),
    row(2, came),
    row(3, { ...came, presentedAt: new Date(nowMs - 3 * 3_600_000).toISOString(), words: sampleWordPairs[0] ?? null, buildingId }),
    row(4, {}),
    row(5, { buildingId }),
    row(6, { state: 'revoked', device: { ...device, name: 'Πυλωτή', online: false }, buildingId }),
    row(7, { state: 'left', device: { ...device, name: 'Γκαράζ', online: false }, buildingId }),
  ];
}

export function sampleExpected(state: 'waiting' | 'open', buildingId: string, nowMs: number): ExpectedDevice[] {
  return sampleSerials(buildingId, nowMs)
    .filter((row) => row.state === state)
    .map((row) => ({ ...row, batch: batchName }));
}

export function sampleExpectedDetail(state: 'waiting' | 'open', nowMs: number): ExpectedDeviceDetail {
  const [row] = sampleExpected(state, batchName.id, nowMs);
  if (row === undefined) throw new Error('there is one of each');
  return { ...row, buildingId: null, wordPairs: state === 'waiting' ? sampleWordPairs : null };
}

export function sampleLabel(state: LabelTarget['state']): LabelTarget {
  return { deviceNumber: '7-002', state, batch: batchName, serial: state === 'unlisted' ? null : '10000000a1b2c3d2', deviceId: null };
}

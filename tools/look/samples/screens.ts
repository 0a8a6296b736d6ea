import { Device } from '@concierge/contract/http/devices.ts';
import type { DeviceDetail, FleetDevice } from '@concierge/contract/http/fleet.ts';
import type { ConnectReply } from '@concierge/contract/http/kiosk-connect.ts';

/** Screens in every state an office meets: well, receiving, long offline, refusing, never seen. */
export function sampleDevices(buildingIds: readonly [string, string], nowMs: number): FleetDevice[] {
  const ago = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();
  const device = (index: number, name: string, part: Partial<FleetDevice>): FleetDevice => ({
    id: `01900000-0000-7000-8000-00000000000${index}`,
    buildingId: buildingIds[index % 2] ?? buildingIds[0],
    name,
    placement: null,
    online: true,
    lastSeenAt: ago(0),
    leaving: false,
    contentSequence: 7,
    displayConfigId: null,
    reported: reportedOf(7, 7, ago(12)),
    display: { language: 'el', widthMm: null },
    version: 1,
    state: 'well',
    alerts: [],
    desiredSequence: 3,
    driftSince: null,
    unconfirmedSince: null,
    lastSignAt: ago(0),
    temperatureCelsius: 51,
    release: { standing: 'none', ring: null, running: null, reason: null },
    sample: false,
    building: { el: 'Αλκμάνος 22', en: 'Alkmanos 22' },
    ...part,
  });
  return [
    device(0, 'Είσοδος Αλκμάνος', { placement: 'Δίπλα στα γραμματοκιβώτια' }),
    device(1, 'Είσοδος Βικτωρίας', {
      reported: reportedOf(7, 6, ago(12)),
      release: { standing: 'waiting', ring: 2, running: '1.3.2', reason: null },
    }),
    device(2, 'Πυλωτή', {
      state: 'offline',
      alerts: ['offline'],
      lastSignAt: ago(190),
      temperatureCelsius: null,
      online: false,
      lastSeenAt: ago(190),
      reported: { ...reportedOf(5, 5, ago(200)), clock: 'estimated' },
    }),
    device(3, 'Ισόγειο, ανελκυστήρες', {
      state: 'trouble',
      alerts: ['hot', 'power', 'crash-loop', 'storage'],
      release: { standing: 'failed', ring: 2, running: '1.3.2', reason: 'disk-full' },
      temperatureCelsius: 84,
      reported: { ...reportedOf(7, 7, ago(1)), lastRefusal: { topic: 'content', reason: 'signature does not match', at: ago(45) } },
    }),
    device(4, 'Νέα οθόνη', {
      state: 'new',
      lastSignAt: null,
      temperatureCelsius: null,
      online: false,
      lastSeenAt: null,
      contentSequence: 0,
      reported: null,
    }),
  ];
}

/** The first of them closely. */
export function sampleDetail(buildingIds: readonly [string, string], nowMs: number): DeviceDetail {
  const [device] = sampleDevices(buildingIds, nowMs);
  if (device === undefined) throw new Error('there are samples');
  return {
    ...device,
    programme: { id: '01900000-0000-7000-8000-0000000000e1', name: 'Χειμώνας στην είσοδο', revision: 4, arrived: true },
    serial: '10000000a1b2c3d4',
    claimedAt: new Date(nowMs - 90 * 86_400_000).toISOString(),
    certificateExpiresAt: new Date(nowMs + 40 * 86_400_000).toISOString(),
    telemetry: null,
    telemetryReceivedAt: null,
    history: [],
  };
}

/** A screen as it is answered when it was claimed: without what only the fleet knows. */
export function sampleDevice(buildingIds: readonly [string, string], nowMs: number): Device {
  return Device.strip().parse(sampleDevices(buildingIds, nowMs)[0]);
}

function reportedOf(contentSequence: number, paintedSequence: number, at: string): NonNullable<FleetDevice['reported']> {
  return {
    agentVersion: '0.1.0',
    shell: 'chromium',
    desiredSequence: 3,
    contentSequence,
    qrSequence: 2,
    scenesSequence: 0,
    paintedSequence,
    paintedAt: at,
    clock: 'trusted',
    lastRefusal: null,
    at,
  };
}

export function sampleConnectReply(buildingId: string, nowMs: number): ConnectReply {
  return {
    building: {
      id: buildingId,
      name: { el: 'Αλκμάνος 22', en: 'Alkmanos 22' },
      addressLine: { el: 'Αλκμάνος 22', en: '22 Alkmanos Street' },
      city: { el: 'Αθήνα', en: 'Athens' },
    },
    joinUntil: new Date(nowMs + 14 * 60_000).toISOString(),
  };
}

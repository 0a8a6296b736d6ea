import { once } from 'node:events';
import { createServer } from 'node:http';
import type { DeviceBatch, Preauthorisation } from '@concierge/contract/http/device-batches.ts';
import { onTestFinished } from 'vitest';

const id = '01900000-0000-7000-8000-000000000001';
const me = {
  user: { id, email: 'maria@example.gr', fullName: 'Μαρία', language: 'el' },
  tenant: { id, slug: 'office', name: 'Office' },
  grants: [],
  permissions: ['device:write'],
};

export interface KeptBatch {
  readonly batch: DeviceBatch;
  readonly serials: readonly Preauthorisation[];
}

export interface OfficeCloud {
  /** What every command line needs to sign in there. */
  readonly words: readonly string[];
  /** The changes it was asked for, besides signing in and out: method and path. */
  readonly changes: readonly string[];
}

/** A cloud that shows what it keeps to whoever signs in, and refuses every change with `refusal`: which, or none, may depend on how many there were. It is gone after the test. */
export async function officeCloud(kept: {
  batches?: readonly KeptBatch[];
  devices?: readonly string[];
  refusal?: string | ((changes: number) => string | null);
}): Promise<OfficeCloud> {
  const changes: string[] = [];
  const { batches = [], devices = [], refusal = 'internal' } = kept;
  const shown = new Map<string, unknown>([
    ['/api/csrf', { csrfToken: 'token' }],
    ['/api/users/token', me],
    ['/api/kiosk/device-batches', { items: batches.map(({ batch }) => batch), nextCursor: null }],
    ...batches.flatMap(({ batch, serials }): [string, unknown][] => [
      [`/api/kiosk/device-batches/${batch.id}`, batch],
      [`/api/kiosk/device-batches/${batch.id}/serials`, { items: serials, nextCursor: null }],
    ]),
    ...devices.map((deviceId): [string, unknown] => [`/api/kiosk/devices/${deviceId}`, { id: deviceId }]),
  ]);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://cloud').pathname;
    if (path === '/api/users/logout') {
      response.writeHead(204).end();
      return;
    }
    const isChange = request.method !== 'GET' && path !== '/api/users/token';
    if (isChange) changes.push(`${request.method} ${path}`);
    const refused = typeof refusal === 'string' ? refusal : refusal(changes.length);
    if (isChange && refused === null) {
      response.writeHead(204).end();
      return;
    }
    const [status, code] = isChange ? [409, refused] : [404, 'not-found'];
    const answer = isChange ? undefined : shown.get(path);
    response.writeHead(answer === undefined ? status : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { type: 'about:blank', title: 'Refused.', status, code }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { words: ['--cloud', `http://127.0.0.1:${port}`, '--email', me.user.email, '--password-file', '-'], changes };
}

/** A batch of two machines of which none has come, and whatever is particular about it. */
export function aBatch(
  number: number,
  particular: { batch?: Partial<DeviceBatch>; serials?: readonly Partial<Preauthorisation>[] } = {},
): KeptBatch {
  const serials = particular.serials ?? [];
  return {
    batch: {
      id: `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`,
      number,
      name: `Box ${number}`,
      buildingId: null,
      size: 2,
      state: 'open',
      createdAt: '2026-11-01T00:00:00.000Z',
      expiresAt: '2026-12-01T00:00:00.000Z',
      bootTokenAt: null,
      labelsAt: null,
      reopenableUntil: null,
      serials: { open: serials.length, waiting: 0, claimed: 0, revoked: 0, left: 0, ended: 0 },
      refusedCount: 0,
      lastRefusedAt: null,
      ...particular.batch,
    },
    serials: serials.map((one, index) => ({
      serial: `serial-${index + 1}`,
      deviceNumber: `${number}-00${index + 1}`,
      state: 'open',
      presentedAt: null,
      words: null,
      buildingId: null,
      device: null,
      ...one,
    })),
  };
}

import { createHash, randomBytes } from 'node:crypto';
import { bootTokenOf, DeviceBatch } from '@concierge/contract/http/device-batches.ts';
import { DeviceCommand, DeviceCommandList } from '@concierge/contract/http/device-commands.ts';
import { Device } from '@concierge/contract/http/devices.ts';
import { DevicePage } from '@concierge/contract/http/fleet.ts';
import { z } from 'zod';
import { demoKiosk } from '../demo/seed.ts';
import { until } from './programs.ts';

/** Whoever sits in the office, over the API that the office's screens use. */
export interface Office {
  /** A batch for one machine; returns the token for its card. */
  authorise(serial: string): Promise<string>;
  device(): Promise<FleetDevice | null>;
  /** Asks the device for something and waits for what becomes of it. */
  command(command: DeviceCommand['command'], timeoutMs: number): Promise<DeviceCommand>;
  picture(commandId: string): Promise<Buffer>;
  /** Lights the glass always, or never. */
  light(lit: boolean): Promise<void>;
}

type FleetDevice = DevicePage['items'][number];

const credentials = { email: 'maria@athina.example', password: 'demo-athina-1' };

export async function enterOffice(cloudUrl: string): Promise<Office> {
  const cookies = new Map<string, string>();
  let csrf = '';

  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const reply = await fetch(new URL(path, cloudUrl), {
      method,
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(csrf === '' ? {} : { 'x-csrf-token': csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  }
  const told = async <Value>(schema: z.ZodType<Value>, method: string, path: string, body?: unknown): Promise<Value> => {
    // A session's access lasts for minutes and a try for an hour.
    const reply = await ask(method, path, body).catch(async (error: unknown) => {
      if (!/: 401 /.test(String(error))) throw error;
      await logIn();
      return ask(method, path, body);
    });
    return schema.parse(await reply.json());
  };
  async function logIn(): Promise<void> {
    cookies.clear();
    csrf = '';
    const token = async () => z.object({ csrfToken: z.string() }).parse(await (await ask('GET', '/api/csrf')).json()).csrfToken;
    csrf = await token();
    await ask('POST', '/api/users/token', credentials);
    csrf = await token();
  }
  await logIn();

  async function device(): Promise<FleetDevice | null> {
    const { items } = await told(DevicePage, 'GET', `/api/kiosk/devices?buildingId=${demoKiosk.buildingId}`);
    return items.find(({ name }) => name.startsWith(BATCH)) ?? null;
  }
  async function existing(): Promise<FleetDevice> {
    const found = await device();
    if (found === null) throw new Error('the office knows no such screen');
    return found;
  }

  return {
    async authorise(serial) {
      const batch = await told(DeviceBatch, 'POST', '/api/kiosk/device-batches', {
        name: BATCH,
        size: 1,
        serials: [serial],
        buildingId: demoKiosk.buildingId,
        lastsDays: 1,
      });
      const token = bootTokenOf(batch.id, randomBytes(32).toString('base64url'));
      const tokenSha256 = createHash('sha256').update(token).digest('hex');
      await told(DeviceBatch, 'PUT', `/api/kiosk/device-batches/${batch.id}/boot-token`, { tokenSha256, replace: false });
      return token;
    },
    device,
    async command(command, timeoutMs) {
      const { id } = await existing();
      const path = `/api/kiosk/devices/${id}/commands`;
      const issued = await told(DeviceCommand, 'POST', path, { command });
      return until(`the command ${command} is carried out`, timeoutMs, async () => {
        const found = (await told(DeviceCommandList, 'GET', path)).items.find((one) => one.id === issued.id);
        return found === undefined || found.outcome === 'waiting' ? null : found;
      });
    },
    async picture(commandId) {
      const { id } = await existing();
      return Buffer.from(await (await ask('GET', `/api/kiosk/devices/${id}/commands/${commandId}/result`)).arrayBuffer());
    },
    async light(lit) {
      const { id, display, version } = await existing();
      const { litWhen: _, ...always } = display;
      // Nobody can say "never": one day of ten years ago.
      const never = { from: '2016-01-01', to: '2016-01-01', weekdays: [5], hours: null };
      await told(Device, 'PATCH', `/api/kiosk/devices/${id}`, { display: lit ? always : { ...always, litWhen: never }, version });
    },
  };
}

const BATCH = 'Appliance';

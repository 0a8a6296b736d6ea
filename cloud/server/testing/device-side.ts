import { ClaimPollReply, ClaimRequestReply } from '@concierge/contract/http/device-claims.ts';
import type { ClaimingDevice } from './claiming-device.ts';
import type { RunningCloud } from './running-cloud.ts';

/** What devices without a certificate ask of a running cloud. */
export interface DeviceSide {
  send(path: string, body: unknown): Promise<{ status: number; json: unknown }>;
  open(device: ClaimingDevice): Promise<ClaimRequestReply>;
  poll(claimId: string, device: ClaimingDevice): Promise<ClaimPollReply>;
}

/** Without cookies and anti-forgery token. `address` is where a load balancer says that they are; it is heard with TRUST_PROXY only. */
export function deviceSide(running: () => RunningCloud, address?: () => string): DeviceSide {
  const send: DeviceSide['send'] = async (path, body) => {
    const response = await fetch(new URL(path, running().cloud.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(address === undefined ? {} : { 'x-forwarded-for': address() }) },
      body: JSON.stringify(body),
    });
    return { status: response.status, json: await response.json() };
  };
  return {
    send,
    open: async (device) => ClaimRequestReply.parse((await send('/api/kiosk/claims', device.request)).json),
    poll: async (claimId, device) =>
      ClaimPollReply.parse((await send(`/api/kiosk/claims/${claimId}/poll`, { signature: device.signatureFor(claimId) })).json),
  };
}

import { DeviceBatch } from '@concierge/contract/http/device-batches.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Command } from 'commander';
import { z } from 'zod';
import { type Act, type Context, type Report, usage } from '../act.ts';
import type { Refusal } from '../exit-codes.ts';
import { allSerials, batchPath, findBatch, findBatchOfLabel } from '../steps/batches.ts';
import type { Cloud } from '../steps/cloud.ts';
import { reportOfBatch } from './show.ts';

export function addRevoke(program: Command, act: Act): void {
  const revoke = program.command('revoke').description('ends what was lost or stolen');
  revoke
    .command('device')
    .argument('<device>', 'its number on the label, like 7-012, or its id')
    .description('ends a device at once: no broker lets it in any more, and its serial is spent')
    .addHelpText('after', '\nExample:\n  concierge-provision revoke device 7-012')
    .action((called: string, _options: object, command: Command) => act(command, (context) => revokeDevice(context, called)));
  revoke
    .command('batch')
    .argument('<batch>', 'its number, name or id')
    .description('ends what is not claimed yet: its cards are worthless. Devices that are claimed stay')
    .addHelpText('after', '\nExample:\n  concierge-provision revoke batch "Kypseli 2026" --dry-run')
    .action((called: string, _options: object, command: Command) => act(command, (context) => revokeBatch(context, called)));
}

async function revokeDevice({ cloud, dryRun }: Context, called: string): Promise<Result<Report, Refusal>> {
  const device = await findDevice(cloud, called);
  if (!device.ok) return device;
  const { id, end } = device.value;
  // The same again does no harm, and says so.
  if (end !== null) return goneBefore(id, end);
  if (dryRun) {
    const there = await cloud.ask({ method: 'GET', path: `/api/kiosk/devices/${id}`, reply: z.object({ id: z.uuid() }) });
    if (there.ok) return success({ text: `Would revoke the device ${id}.`, data: { dryRun: true, deviceId: id } });
    return there.error.code === 'not-found'
      ? failure({
          ...there.error,
          message: `There is no device ${id} in this office, or none any more: what was revoked or has left is none.`,
        })
      : there;
  }
  const done = await cloud.ask({ method: 'POST', path: `/api/kiosk/devices/${id}/revoke`, reply: z.null() });
  if (!done.ok) return done.error.code === 'device-gone' ? goneBefore(id, null) : done;
  return success({ text: `The device ${id} is revoked.`, data: { deviceId: id, revoked: true } });
}

/** `end` is null where the cloud only says that there is none any more. */
function goneBefore(deviceId: string, end: End): Result<Report, never> {
  const how = {
    revoked: 'was revoked before',
    left: 'left before: it has none of the data any more, and there is nothing to revoke',
  };
  const text = `The device ${deviceId} ${end === null ? 'was revoked, or left, before' : how[end]}.`;
  return success({ text, data: { deviceId, revoked: end === null ? null : end === 'revoked' } });
}

async function revokeBatch({ cloud, dryRun }: Context, called: string): Promise<Result<Report, Refusal>> {
  const batch = await findBatch(cloud, called);
  if (!batch.ok) return batch;
  const { id, name, serials } = batch.value;
  const unclaimed = serials.open + serials.waiting;
  if (dryRun)
    return success({
      text: `Would end ${unclaimed} machines of ${name} that are not claimed.`,
      data: { dryRun: true, batchId: id, unclaimed },
    });
  const done = await cloud.ask({ method: 'POST', path: batchPath(id, '/revoke'), reply: DeviceBatch });
  return done.ok ? reportOfBatch(cloud, done.value) : done;
}

type End = 'revoked' | 'left' | null;

/** With how it ended, as far as that is known. */
async function findDevice(cloud: Cloud, called: string): Promise<Result<{ id: string; end: End }, Refusal>> {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(called))
    return success({ id: called.toLowerCase(), end: null });
  const number = /^(\d{1,9})-\d{3,4}$/.exec(called)?.[1];
  if (number === undefined) return usage('Say the device by its number on the label, like 7-012, or by its id.');
  const batch = await findBatchOfLabel(cloud, Number(number));
  if (!batch.ok) return batch;
  const serials = await allSerials(cloud, batch.value.id);
  if (!serials.ok) return serials;
  const found = serials.value.find(({ deviceNumber }) => deviceNumber === called);
  if (found?.device === null || found === undefined)
    return failure({
      ending: 'refused',
      code: 'not-found',
      message: `No device has come of ${called}. "serials remove" takes its serial off the list.`,
    });
  return success({ id: found.device.id, end: found.state === 'revoked' || found.state === 'left' ? found.state : null });
}

import type { DeviceBatch, Preauthorisation } from '@concierge/contract/http/device-batches.ts';
import { type Result, success } from '@concierge/kernel/result.ts';
import type { Command } from 'commander';
import { type Act, type Context, type Report, table } from '../act.ts';
import type { Refusal } from '../exit-codes.ts';
import { allBatches, allSerials, findBatch } from '../steps/batches.ts';
import { namesOfBuildings } from '../steps/buildings.ts';
import { batchText } from './show.ts';

export function addStatus(program: Command, act: Act): void {
  program
    .command('status')
    .argument('[batch]', 'its number, name or id; all batches that are not over when left out')
    .description('shows the devices of a batch and the machines that are still to come')
    .addHelpText('after', '\nExamples:\n  concierge-provision status\n  concierge-provision status 7 --json')
    .action((called: string | undefined, _options: object, command: Command) => act(command, (context) => status(context, called)));
}

async function status({ cloud }: Context, called: string | undefined): Promise<Result<Report, Refusal>> {
  const wanted = called === undefined ? await standing({ cloud }) : await findBatch(cloud, called);
  if (!wanted.ok) return wanted;
  const found: { batch: DeviceBatch; serials: Preauthorisation[] }[] = [];
  for (const batch of Array.isArray(wanted.value) ? wanted.value : [wanted.value]) {
    const serials = await allSerials(cloud, batch.id);
    if (!serials.ok) return serials;
    found.push({ batch, serials: serials.value });
  }
  const buildings = await namesOfBuildings(
    cloud,
    found.map(({ batch }) => batch.buildingId),
  );
  const parts = found.map(({ batch, serials }) => `${batchText(batch, buildings)}\n\n${serialTable(serials)}`);
  return success({ text: parts.length === 0 ? 'No batch is open.' : parts.join('\n\n\n'), data: { batches: found } });
}

async function standing({ cloud }: Pick<Context, 'cloud'>): Promise<Result<DeviceBatch[], Refusal>> {
  const all = await allBatches(cloud);
  return all.ok ? success(all.value.filter(({ state }) => state === 'open')) : all;
}

export function serialTable(serials: readonly Preauthorisation[]): string {
  if (serials.length === 0) return 'No machine is listed.';
  const rows = serials.map(({ deviceNumber, serial, state, device, words }) => [
    deviceNumber,
    serial,
    state,
    device === null ? (words?.en ?? '') : device.name,
    device === null
      ? ''
      : device.online
        ? 'online'
        : device.lastSeenAt === null
          ? 'never seen'
          : `last seen ${device.lastSeenAt.slice(0, 16).replace('T', ' ')}`,
    device?.id ?? '',
  ]);
  return table([['device', 'serial', 'state', 'name or words', 'seen', 'id'], ...rows]);
}

import type { DeviceBatch } from '@concierge/contract/http/device-batches.ts';
import { type Result, success } from '@concierge/kernel/result.ts';
import type { Command } from 'commander';
import { type Act, type Context, type Report, table } from '../act.ts';
import type { Refusal } from '../exit-codes.ts';
import { findBatch } from '../steps/batches.ts';
import { namesOfBuildings } from '../steps/buildings.ts';
import type { Cloud } from '../steps/cloud.ts';

export function addShow(program: Command, act: Act): void {
  program
    .command('show')
    .argument('<batch>', 'its number, name or id')
    .description('shows one batch')
    .addHelpText('after', '\nExamples:\n  concierge-provision show 7\n  concierge-provision show "Kypseli 2026" --json')
    .action((called: string, _options: object, command: Command) => act(command, (context) => show(context, called)));
}

async function show({ cloud }: Context, called: string): Promise<Result<Report, Refusal>> {
  const batch = await findBatch(cloud, called);
  return batch.ok ? reportOfBatch(cloud, batch.value) : batch;
}

export async function reportOfBatch(cloud: Cloud, batch: DeviceBatch): Promise<Result<Report, never>> {
  return success({ text: batchText(batch, await namesOfBuildings(cloud, [batch.buildingId])), data: batch });
}

export function batchText(batch: DeviceBatch, buildings: ReadonlyMap<string, string>): string {
  const { open, waiting, claimed, revoked, left, ended } = batch.serials;
  return table([
    ['batch', `${batch.number} ${batch.name}`],
    ['id', batch.id],
    ['state', `${batch.state}, until ${batch.expiresAt.slice(0, 16).replace('T', ' ')} UTC`],
    ['building', batch.buildingId === null ? 'the office chooses for each device' : (buildings.get(batch.buildingId) ?? batch.buildingId)],
    ['devices', `${batch.size}: ${claimed} claimed, ${waiting} waiting, ${open} open, ${revoked} revoked, ${left} left, ${ended} ended`],
    ['cards', batch.bootTokenAt === null ? 'no good token' : `token of ${batch.bootTokenAt.slice(0, 16).replace('T', ' ')} UTC`],
    ...(batch.lastRefusedAt === null
      ? []
      : [
          [
            'refused',
            `${batch.refusedCount} times, last ${batch.lastRefusedAt.slice(0, 16).replace('T', ' ')} UTC: a card was in a machine it is not for`,
          ],
        ]),
  ]);
}

import { createHash } from 'node:crypto';
import { DeviceBatch, DeviceBatchBody, MAX_BATCH_SIZE } from '@concierge/contract/http/device-batches.ts';
import { canonicalJson } from '@concierge/kernel/canonical-json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Command } from 'commander';
import { type Act, type Context, oneMore, type Report, usage, wholeNumber } from '../act.ts';
import type { Refusal } from '../exit-codes.ts';
import { allBatches, BATCHES_PATH, batchPath } from '../steps/batches.ts';
import { findBuilding } from '../steps/buildings.ts';
import { readSerials } from '../steps/serials.ts';
import { reportOfBatch } from './show.ts';

interface Options {
  readonly name: string;
  readonly size?: number;
  readonly serials?: string;
  readonly serial: readonly string[];
  readonly building?: string;
  readonly days: number;
}

export function addCreate(program: Command, act: Act): void {
  program
    .command('create')
    .description('makes a batch: devices that will be claimed by the card they start from')
    .requiredOption('--name <name>', 'what people call it, at most 40 letters; no two batches have the same')
    .option('--size <count>', `how many devices, 1 to ${MAX_BATCH_SIZE}; as many as serials when left out`, wholeNumber(1, MAX_BATCH_SIZE))
    .option('--serials <file>', 'the machines that may come: one serial in a line, # begins a remark, - for standard input')
    .option('--serial <serial>', 'one machine that may come; may be given again', oneMore, [])
    .option('--building <name or id>', 'where they go; without it the office chooses for each')
    .option('--days <count>', 'how long its cards are good, 1 to 365', wholeNumber(1, 365), 30)
    .addHelpText(
      'after',
      `
The same command again makes no second batch: for a week it shows the first to the account that made it, and after that it is refused, because the name is taken.

Examples:
  concierge-provision create --name "Kypseli 2026" --serials serials.txt --building "Οδός Κυψέλης 12"
  concierge-provision create --name "For later" --size 100 --days 90`,
    )
    .action((options: Options, command: Command) => act(command, (context) => create(context, options)));
}

async function create({ at, cloud, dryRun }: Context, options: Options): Promise<Result<Report, Refusal>> {
  const serials = await readSerials(at, { serial: options.serial, serials: options.serials });
  if (!serials.ok) return serials;
  const size = options.size ?? serials.value.length;
  if (size === 0) return usage('How many devices? Say --size, or give serials.');
  if (serials.value.length > size) return usage(`${serials.value.length} serials do not fit into a batch of ${size}.`);
  const building = options.building === undefined ? success(null) : await findBuilding(cloud, options.building);
  if (!building.ok) return building;
  const wanted = DeviceBatchBody.safeParse({
    name: options.name,
    size,
    serials: serials.value,
    buildingId: building.value,
    lastsDays: options.days,
  });
  if (!wanted.success) return usage('--name must have 1 to 40 letters, and no control characters.');
  if (dryRun) {
    const batches = await allBatches(cloud);
    if (!batches.ok) return batches;
    const taken = batches.value.find(({ name }) => name === wanted.data.name);
    if (taken !== undefined)
      return failure({
        ending: 'refused',
        code: 'batch-name-taken',
        message: `There is already a batch "${wanted.data.name}", number ${taken.number}. Only the command that made it shows it again, for a week.`,
      });
    return success({
      text: `Would make the batch "${wanted.data.name}" of ${size} devices, ${serials.value.length} of them listed, for ${options.days} days.`,
      data: { dryRun: true, batch: wanted.data },
    });
  }
  // From what is asked and of whom: whoever repeats the command, because its answer got lost, gets the same batch.
  const key = `create ${cloud.me.tenant.id} ${canonicalJson(wanted.data)}`;
  const made = await cloud.ask({
    method: 'POST',
    path: BATCHES_PATH,
    body: wanted.data,
    reply: DeviceBatch,
    idempotencyKey: `provision-${createHash('sha256').update(key).digest('hex')}`,
  });
  if (!made.ok) return made;
  const batch = await cloud.ask({ method: 'GET', path: batchPath(made.value.id), reply: DeviceBatch });
  return batch.ok ? reportOfBatch(cloud, batch.value) : batch;
}

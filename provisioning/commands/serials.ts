import { AddSerialsReply, BatchSerial, type DeviceBatch, PlaceBody, Preauthorisation } from '@concierge/contract/http/device-batches.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Command } from 'commander';
import { z } from 'zod';
import { type Act, type Context, oneMore, type Report, usage } from '../act.ts';
import type { Refusal } from '../exit-codes.ts';
import { allSerials, batchOver, batchPath, findBatch, serialPath } from '../steps/batches.ts';
import { findBuilding } from '../steps/buildings.ts';
import type { Cloud } from '../steps/cloud.ts';
import { readSerials } from '../steps/serials.ts';
import { serialTable } from './status.ts';

type Given = { serials?: string; serial: readonly string[] };
type Work = (context: Context, batch: DeviceBatch) => Promise<Result<Report, Refusal>>;

/** The machines that may come: add, list, remove, and say where one goes. */
export function addSerials(program: Command, act: Act): void {
  const serials = program.command('serials').description('the machines that may come with the cards of a batch');
  const inBatch = (called: string, command: Command, work: Work) =>
    act(command, async (context) => {
      const batch = await findBatch(context.cloud, called);
      return batch.ok ? work(context, batch.value) : batch;
    });
  const ofSome = (
    name: string,
    description: string,
    work: (context: Context, batch: DeviceBatch, wanted: readonly string[]) => Promise<Result<Report, Refusal>>,
  ) =>
    serials
      .command(name)
      .argument('<batch>', 'its number, name or id')
      .description(description)
      .option('--serials <file>', 'one serial in a line, # begins a remark, - for standard input')
      .option('--serial <serial>', 'one serial; may be given again', oneMore, [])
      .addHelpText(
        'after',
        `\nExamples:\n  concierge-provision serials ${name} 7 --serial 10000000a1b2c3d4\n  concierge-provision serials ${name} 7 --serials serials.txt --dry-run`,
      )
      .action((called: string, options: Given, command: Command) =>
        inBatch(called, command, async (context, batch) => {
          const wanted = await readSerials(context.at, { serial: options.serial, serials: options.serials });
          if (!wanted.ok) return wanted;
          return wanted.value.length === 0 ? usage('Which machines? Say --serial or --serials.') : work(context, batch, wanted.value);
        }),
      );

  ofSome('add', 'lets these machines come; those that are listed already stay as they are', add);
  ofSome('remove', 'takes these off the list again, as far as no device has come of them', remove);
  serials
    .command('list')
    .argument('<batch>', 'its number, name or id')
    .description('shows them with what became of each')
    .addHelpText('after', '\nExample:\n  concierge-provision serials list 7 --json')
    .action((called: string, _options: object, command: Command) =>
      inBatch(called, command, async ({ cloud }, batch) => {
        const listed = await allSerials(cloud, batch.id);
        return listed.ok ? success({ text: serialTable(listed.value), data: { serials: listed.value } }) : listed;
      }),
    );
  serials
    .command('place')
    .argument('<batch>', 'its number, name or id')
    .argument('<serial>', 'the machine')
    .description('says where one goes; when it waits for that, it is claimed at once')
    .requiredOption('--building <name or id>', 'the building')
    .requiredOption('--name <name>', 'what the office calls the screen')
    .option('--placement <where>', 'where in the lobby it hangs')
    .addHelpText('after', '\nExample:\n  concierge-provision serials place 7 10000000a1b2c3d4 --building "Οδός Κυψέλης 12" --name "Lobby"')
    .action((called: string, serial: string, options: object, command: Command) =>
      inBatch(called, command, (context, batch) => place(context, batch, serial, options)),
    );
}

async function add({ cloud, dryRun }: Context, batch: DeviceBatch, wanted: readonly string[]): Promise<Result<Report, Refusal>> {
  if (dryRun) return wouldAdd(cloud, batch, wanted);
  const reply = await cloud.ask({
    method: 'POST',
    path: batchPath(batch.id, '/serials'),
    body: { serials: wanted },
    reply: AddSerialsReply,
  });
  if (!reply.ok) return reply;
  return success({ text: `${reply.value.added} added, ${reply.value.alreadyThere} were there already.`, data: reply.value });
}

/** What the cloud would say, from what it lists now. */
async function wouldAdd(cloud: Cloud, batch: DeviceBatch, wanted: readonly string[]): Promise<Result<Report, Refusal>> {
  const listed = await allSerials(cloud, batch.id);
  if (!listed.ok) return listed;
  if (batch.state !== 'open') return batchOver(batch);
  const known = new Set(listed.value.map(({ serial }) => serial));
  const fresh = wanted.filter((serial) => !known.has(serial));
  if (known.size + fresh.length > batch.size)
    return refuse(
      'serials-refused',
      `${batch.name} has ${batch.size} devices: ${fresh.length} more than its ${known.size} serials do not fit.`,
    );
  const alreadyThere = wanted.length - fresh.length;
  return success({
    text: `Would list ${fresh.length} machines in ${batch.name}; ${alreadyThere} are there already.`,
    data: { dryRun: true, serials: fresh, alreadyThere },
  });
}

async function remove({ at, cloud, dryRun }: Context, batch: DeviceBatch, wanted: readonly string[]): Promise<Result<Report, Refusal>> {
  if (dryRun) return wouldRemove(cloud, batch, wanted);
  let removed = 0;
  const notThere: string[] = [];
  for (const serial of wanted) {
    const reply = await cloud.ask({ method: 'DELETE', path: serialPath(batch.id, serial), reply: z.null() });
    if (reply.ok) removed += 1;
    // Gone already, or claimed: the list says which. The same command again does no harm.
    else if (reply.error.code === 'not-found') notThere.push(serial);
    else
      return failure({
        ...reply.error,
        message: `${reply.error.message} ${removed} of ${wanted.length} are removed; the same command goes on.`,
      });
    const asked = removed + notThere.length;
    if (asked % 20 === 0 && asked < wanted.length) at.terminal.tell(`${asked} of ${wanted.length} asked for, ${removed} removed`);
  }
  return success({ text: `${removed} removed.${restOf(notThere)}`, data: { removed, notThere } });
}

async function wouldRemove(cloud: Cloud, batch: DeviceBatch, wanted: readonly string[]): Promise<Result<Report, Refusal>> {
  const listed = await allSerials(cloud, batch.id);
  if (!listed.ok) return listed;
  const removable = new Set(listed.value.filter(({ device }) => device === null).map(({ serial }) => serial));
  const serials = wanted.filter((serial) => removable.has(serial));
  const notThere = wanted.filter((serial) => !removable.has(serial));
  return success({
    text: `Would take ${serials.length} machines off ${batch.name}.${restOf(notThere)}`,
    data: { dryRun: true, serials, notThere },
  });
}

function restOf(notThere: readonly string[]): string {
  return notThere.length === 0 ? '' : ` Not listed, or claimed: ${notThere.join(', ')}.`;
}

async function place({ cloud, dryRun }: Context, batch: DeviceBatch, called: string, options: object): Promise<Result<Report, Refusal>> {
  const { building, name, placement } = { building: '', name: '', placement: null, ...options };
  const found = await findBuilding(cloud, building);
  if (!found.ok) return found;
  const body = PlaceBody.safeParse({ buildingId: found.value, name, placement });
  const serial = BatchSerial.safeParse(called);
  if (!body.success || !serial.success)
    return usage('--name must have 1 to 60 letters, --placement at most 120, and the serial be one of a machine.');
  if (dryRun) {
    const listed = await allSerials(cloud, batch.id);
    if (!listed.ok) return listed;
    const machine = listed.value.find((one) => one.serial === serial.data);
    if (machine === undefined) return refuse('not-found', `${serial.data} is not listed in ${batch.name}. "serials add" lists it.`);
    if (machine.state === 'revoked' || machine.state === 'left')
      return refuse('device-gone', `The screen that came of ${serial.data} is gone; "status" says how.`);
    if (machine.device !== null && machine.buildingId !== body.data.buildingId)
      return refuse('claim-taken', `${serial.data} is the screen of another building already.`);
    if (machine.device === null && batch.state !== 'open') return batchOver(batch);
    return success({
      text: `Would place ${serial.data} as "${body.data.name}".`,
      data: { dryRun: true, serial: serial.data, place: body.data },
    });
  }
  const placed = await cloud.ask({
    method: 'PUT',
    path: serialPath(batch.id, serial.data, '/place'),
    body: body.data,
    reply: Preauthorisation,
  });
  return placed.ok ? success({ text: serialTable([placed.value]), data: placed.value }) : placed;
}

function refuse(code: string, message: string): Result<never, Refusal> {
  return failure({ ending: 'refused', code, message });
}

import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DeviceBatch, deviceNumber, labelAddress } from '@concierge/contract/http/device-batches.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { type Command, Option } from 'commander';
import { type Act, type Context, type Report, wholeNumber } from '../act.ts';
import type { Refusal } from '../exit-codes.ts';
import { allSerials, batchPath, findBatch } from '../steps/batches.ts';
import { cloudAddress } from '../steps/cloud.ts';
import { type LabelGridName, labelGrids } from '../steps/label-grid.ts';
import type { Label } from '../steps/label-sheet.ts';

interface Options {
  readonly output: string;
  readonly grid: LabelGridName;
  readonly skip: number;
  readonly withoutSerials?: boolean;
  readonly officeCloud?: string;
  readonly force?: boolean;
}

export function addLabels(program: Command, act: Act): void {
  program
    .command('labels')
    .argument('<batch>', 'its number, name or id')
    .description('writes a PDF of labels to print, A4, one label a device')
    .requiredOption('--output <file.pdf>', 'where to')
    .addOption(new Option('--grid <labels a sheet>', '24: 70 × 37 mm; 21: 63.5 × 38.1 mm').choices(Object.keys(labelGrids)).default('24'))
    .option('--skip <count>', 'places that are used up on the first sheet', wholeNumber(0, 23), 0)
    .option('--without-serials', 'leaves the serials out, for sheets that lie about')
    .option('--office-cloud <url>', 'where people open the office, when it is another address than yours')
    .option('--force', 'writes over a file that is there')
    .addHelpText(
      'after',
      `
A label says the device's number, the batch, the serial where it is listed, and in its QR code the office's page for this device. Nothing on it opens anything.
The code leads to the address of the cloud that you give (--cloud). Where that is one only you use, say the public one.

Examples:
  concierge-provision labels 7 --output labels.pdf
  concierge-provision labels 7 --output labels.pdf --grid 21 --skip 5
  concierge-provision labels 7 --output labels.pdf --office-cloud https://concierge.example.gr`,
    )
    .action((called: string, options: Options, command: Command) => act(command, (context) => labels(context, called, options)));
}

async function labels({ at, cloud, dryRun }: Context, called: string, options: Options): Promise<Result<Report, Refusal>> {
  const grid = labelGrids[options.grid];
  const file = resolve(at.workingFolder, options.output);
  const office = options.officeCloud === undefined ? success(cloud.url) : cloudAddress(options.officeCloud);
  if (!office.ok) return office;
  const room = roomFor(file, options.force === true);
  if (!room.ok) return room;
  const batch = await findBatch(cloud, called);
  if (!batch.ok) return batch;
  const serials = await allSerials(cloud, batch.value.id);
  if (!serials.ok) return serials;
  const printed = options.withoutSerials === true ? [] : serials.value;
  const serialByNumber = new Map(printed.map((one) => [one.deviceNumber, one.serial]));
  const { number, name, size } = batch.value;
  const all: Label[] = Array.from({ length: size }, (_, index) => {
    const called = deviceNumber(number, index + 1);
    return {
      deviceNumber: called,
      batchName: name,
      serial: serialByNumber.get(called) ?? null,
      url: labelAddress(office.value, called, batch.value.id),
    };
  });
  const pages = Math.ceil((size + options.skip) / (grid.columns * grid.rows));
  const data = { file, labels: size, pages, office: office.value.origin };
  const amounts = `${counted(size, 'label')} on ${counted(pages, 'sheet')}, whose codes lead to ${office.value.origin},`;
  if (dryRun) return success({ text: `Would write ${amounts} to ${file}.`, data: { dryRun: true, ...data } });
  // Loaded here, because no other command draws.
  const { drawLabelSheet } = await import('../steps/label-sheet.ts');
  at.terminal.tell(`Drawing ${counted(size, 'label')}…`);
  const pdf = await drawLabelSheet(all, { grid, skip: options.skip, title: `${number} ${name}`, nowMs: at.nowMs() });
  try {
    writeFileSync(file, pdf, { flag: options.force === true ? 'w' : 'wx' });
  } catch {
    return refuse(`${file} cannot be written.`);
  }
  const written = `Wrote ${amounts} to ${file}.`;
  // The office sees that they were drawn. They are on the disk whatever becomes of the note.
  const noted = await cloud.ask({ method: 'POST', path: batchPath(batch.value.id, '/labels'), reply: DeviceBatch });
  if (!noted.ok) at.terminal.tell(`The office was not told that they were drawn: ${noted.error.message}`);
  return success({ text: written, data });
}

/** Whether the file can be made, or written over where that is wanted: asked before anything is drawn, and in a dry run. */
function roomFor(file: string, force: boolean): Result<null, Refusal> {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there !== undefined && !force) return refuse(`${file} is there already; --force writes over it.`);
    if (there?.isDirectory() === true) return refuse(`${file} is a folder.`);
    accessSync(there === undefined ? dirname(file) : file, constants.W_OK);
    return success(null);
  } catch {
    return refuse(`${file} cannot be written.`);
  }
}

function refuse(message: string): Result<never, Refusal> {
  return failure({ ending: 'refused', code: 'file-refused', message });
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

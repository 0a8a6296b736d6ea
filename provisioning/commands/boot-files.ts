import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { batchOfBootToken, bootTokenOf, DeviceBatch } from '@concierge/contract/http/device-batches.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Command } from 'commander';
import { type Act, type Context, type Report, usage } from '../act.ts';
import type { Refusal } from '../exit-codes.ts';
import { batchOver, batchPath, findBatch } from '../steps/batches.ts';
import { CLAIM_FILE, claimText, tokenInFolder, usableFolder, WIFI_FILE, wifiText, writeOnPartition } from '../steps/boot-partition.ts';
import { cloudAddress, deviceAddress } from '../steps/cloud.ts';
import { readPassword } from '../steps/password.ts';

interface Options {
  readonly to: string;
  readonly deviceCloud?: string;
  readonly onThisMachine?: boolean;
  readonly wifiNetwork?: string;
  readonly wifiPasswordFile?: string;
  readonly wifiCountry: string;
  readonly wifiHidden?: boolean;
  readonly newToken?: boolean;
  readonly showToken?: boolean;
}

export function addBootFiles(program: Command, act: Act): void {
  program
    .command('boot-files')
    .argument('<batch>', 'its number, name or id')
    .description('writes what a card’s boot partition needs: where the cloud is, the token of the batch, and a Wi-Fi')
    .requiredOption('--to <folder>', 'the mounted boot partition (NC-BOOT), or a folder to copy from')
    .option('--device-cloud <url>', 'where the devices find the cloud, when it is another address than yours')
    .option('--on-this-machine', 'the devices are programs on this very machine, as in a demonstration: any address of the cloud will do')
    .option('--wifi-network <name>', 'the Wi-Fi that the devices join; without it they use the cable')
    .option('--wifi-password-file <file>', 'its password, or - for standard input; without it you are asked')
    .option('--wifi-country <code>', 'two capital letters', 'GR')
    .option('--wifi-hidden', 'the network does not say its name')
    .option('--new-token', 'makes a new token: cards written before are worthless from then on')
    .option('--show-token', 'prints the token as well')
    .addHelpText(
      'after',
      `
The devices find the cloud at the address that you give (--cloud), at port 443. Where that is one only you use, say the public one.
All cards of a batch carry the same files. A batch has one token; it is on the cards and in the folder that was written, and nowhere else: the cloud only knows its hash.
Keep the folder to write more cards, and delete it when the last is written. The same command into the same folder changes nothing.

Examples:
  concierge-provision boot-files 7 --to /media/NC-BOOT
  concierge-provision boot-files 7 --to ./cards --device-cloud https://concierge.example.gr
  concierge-provision boot-files 7 --to ./cards --wifi-network Lobby --wifi-password-file wifi.txt`,
    )
    .action((called: string, options: Options, command: Command) => act(command, (context) => bootFiles(context, called, options)));
}

async function bootFiles({ at, cloud, dryRun }: Context, called: string, options: Options): Promise<Result<Report, Refusal>> {
  const folder = resolve(at.workingFolder, options.to);
  const usable = usableFolder(folder);
  if (!usable.ok) return usable;
  const address = addressForDevices(cloud.url, options);
  if (!address.ok) return address;
  const wifi = await wifiOf({ at }, options);
  if (!wifi.ok) return wifi;
  const batch = await findBatch(cloud, called);
  if (!batch.ok) return batch;
  const there = tokenInFolder(folder);
  if (!there.ok) return there;
  const token = tokenFor(at, batch.value, there.value, options.newToken === true);
  if (!token.ok) return token;

  const files = [CLAIM_FILE, ...(wifi.value === null ? [] : [WIFI_FILE])];
  const data = { folder, files, cloud: address.value.origin, ...(options.showToken === true && !dryRun ? { token: token.value } : {}) };
  const leading = `${files.join(' and ')}, which lead to ${address.value.origin},`;
  if (dryRun) return success({ text: `Would write ${leading} to ${folder}.`, data: { dryRun: true, ...data } });

  // On the card before the cloud knows of it: interrupted in between, the same command finishes it. The other way round a token would be good that nobody has.
  const written = writeOnPartition(folder, {
    [CLAIM_FILE]: claimText(address.value, token.value),
    ...(wifi.value === null ? {} : { [WIFI_FILE]: wifi.value }),
  });
  if (!written.ok) return written;
  const tokenSha256 = createHash('sha256').update(token.value).digest('hex');
  const body = { tokenSha256, replace: options.newToken === true };
  const noted = await cloud.ask({ method: 'PUT', path: batchPath(batch.value.id, '/boot-token'), body, reply: DeviceBatch });
  if (!noted.ok) return noted;
  const shown = options.showToken === true ? `\n${token.value}` : '';
  return success({ text: `Wrote ${leading} to ${folder}. They are secret until the devices are claimed.${shown}`, data });
}

/** Where the devices are sent: to the address that was said for them, or the one the operator uses. */
function addressForDevices(ours: URL, { deviceCloud, onThisMachine }: Options): Result<URL, Refusal> {
  const address = deviceCloud === undefined ? success(ours) : cloudAddress(deviceCloud);
  return !address.ok || onThisMachine === true ? address : deviceAddress(address.value);
}

/** The token of the folder when there is one of this batch; else a new one, unless that would take the place of one that is on cards. */
function tokenFor(at: Context['at'], batch: DeviceBatch, there: string | null, newToken: boolean): Result<string, Refusal> {
  const refuse = (code: string, message: string) => failure<Refusal>({ ending: 'refused', code, message });
  if (batch.state !== 'open') return batchOver(batch);
  if (there !== null && batchOfBootToken(there) !== batch.id)
    return refuse('folder-refused', 'The folder holds the files of another batch. Take them away first.');
  if (there !== null && !newToken) return success(there);
  if (batch.bootTokenAt !== null && !newToken)
    return refuse(
      'boot-token-exists',
      'Cards of this batch were written before. Write into the folder from then, or say --new-token, which makes those cards worthless.',
    );
  return success(bootTokenOf(batch.id, Buffer.from(at.randomBytes(32)).toString('base64url')));
}

async function wifiOf({ at }: Pick<Context, 'at'>, options: Options): Promise<Result<string | null, Refusal>> {
  const { wifiNetwork: network } = options;
  if (network === undefined)
    return options.wifiPasswordFile === undefined ? success(null) : usage('--wifi-password-file needs --wifi-network.');
  const asked = { file: options.wifiPasswordFile, question: `Password of the Wi-Fi ${network}: `, option: '--wifi-password-file' };
  const password = await readPassword(at, asked);
  if (!password.ok) return password;
  return wifiText({ country: options.wifiCountry, network, password: password.value, hidden: options.wifiHidden === true });
}

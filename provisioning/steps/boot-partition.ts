import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { BootToken } from '@concierge/contract/http/device-batches.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Refusal } from '../exit-codes.ts';

/** The two files that the appliance's first start looks for on its boot partition: firmware-config's claim-from-boot and wifi-from-boot read them. */
export const CLAIM_FILE = 'new-concierge-claim.txt';
export const WIFI_FILE = 'new-concierge-wifi.txt';

const MAX_BYTES = 1_024;

export interface Wifi {
  readonly country: string;
  readonly network: string;
  readonly password: string;
  readonly hidden: boolean;
}

export function claimText(cloud: URL, token: string): string {
  return `cloud=${cloud.origin}/\ntoken=${token}\n`;
}

/** The network as wifi-from-boot takes it, refused here for the reasons for which it would be refused there, where nobody reads them. */
export function wifiText(wifi: Wifi): Result<string, Refusal> {
  const refuse = (message: string) => failure<Refusal>({ ending: 'refused', code: 'wifi-refused', message });
  if (!/^[A-Z]{2}$/.test(wifi.country)) return refuse('--wifi-country must be two capital letters, like GR.');
  const bytes = Buffer.byteLength(wifi.network);
  if (bytes < 1 || bytes > 32 || /\p{Cc}/u.test(wifi.network))
    return refuse('--wifi-network must be a name of 1 to 32 bytes without control characters.');
  if (!/^[\x20-\x7e]{8,63}$/.test(wifi.password))
    return refuse('The password of the Wi-Fi must have 8 to 63 letters, digits and signs of a plain English keyboard.');
  return success(`country=${wifi.country}\nnetwork=${wifi.network}\npassword=${wifi.password}\nhidden=${wifi.hidden ? 'yes' : 'no'}\n`);
}

/** The token that was written into this folder before; null when there is none. */
export function tokenInFolder(folder: string): Result<string | null, Refusal> {
  const file = join(folder, CLAIM_FILE);
  const refuse = () => refuseFolder(`${file} is there and is not one of our files. Take it away first.`);
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) return success(null);
    if (!found.isFile() || found.size > MAX_BYTES) return refuse();
    const token = BootToken.safeParse(/^token=(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1]);
    return token.success ? success(token.data) : refuse();
  } catch (error) {
    return refuseFolder(reasonOf(file, error));
  }
}

/** Whether the folder is there and nothing forbids to write into it, as on a card that is write-protected. What is full shows only when it is written to. */
export function usableFolder(folder: string): Result<null, Refusal> {
  try {
    if (!statSync(folder).isDirectory()) return refuseFolder(`${folder} is not a folder.`);
    accessSync(folder, constants.W_OK);
    return success(null);
  } catch (error) {
    return refuseFolder(reasonOf(folder, error));
  }
}

/** Replaces each file as a whole, for its owner alone where the file system knows owners; a card's does not. Those before the one that cannot be written stay. */
export function writeOnPartition(folder: string, files: Readonly<Record<string, string>>): Result<null, Refusal> {
  try {
    for (const [name, text] of Object.entries(files)) replaceFile(folder, name, text);
    return success(null);
  } catch (error) {
    return refuseFolder(`${reasonOf(folder, error)} The same command again goes on once it can be.`);
  }
}

function replaceFile(folder: string, name: string, text: string): void {
  const partial = join(folder, `${name}.partial`);
  rmSync(partial, { force: true });
  try {
    writeThrough(partial, text);
    renameSync(partial, join(folder, name));
  } catch (error) {
    // It may hold the token, and a card's first start knows nothing of it.
    rmSync(partial, { force: true });
    throw error;
  }
}

function writeThrough(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function refuseFolder(message: string): Result<never, Refusal> {
  return failure({ ending: 'refused', code: 'folder-refused', message });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EROFS: 'is write-protected',
  EACCES: 'may not be written to by you',
  EPERM: 'may not be written to by you',
  ENOSPC: 'is full',
  EDQUOT: 'is full',
};

/** What the system says of a folder, in a sentence. A fault of this program has no code and is thrown on. */
function reasonOf(folder: string, error: unknown): string {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
  return `${folder} ${reasons[error.code] ?? `cannot be written to (${error.code})`}.`;
}

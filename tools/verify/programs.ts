import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { failure, type Result, success } from '../../shared/kernel/result.ts';
import { findMosquitto as presentMosquitto } from '../../shared/testing/mosquitto.ts';
import { runCommand } from './command.ts';

/** Programs that tests, screenshots and the story need and npm does not bring. The value is a path, the error a sentence saying what to install. */

const root = join(import.meta.dirname, '../..');

const chromiumPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/**
 * A Chromium: CONCIERGE_CHROMIUM, else the system's, else Playwright's download, else installed now (Debian's package as root, else Playwright's).
 * A program that is there but does not run is passed over: some systems ship a stand-in that only says how to install the real one.
 */
export async function findChromium(): Promise<Result<string, string>> {
  const named = process.env['CONCIERGE_CHROMIUM'];
  if (named !== undefined && named !== '')
    return (await runs(named)) ? success(named) : failure(`CONCIERGE_CHROMIUM is ${named}, which does not run.`);
  const present = await firstThatRuns(chromiumCandidates());
  if (present !== null) return success(present);
  if (mayUseApt()) {
    await installWithApt('chromium', 'fonts-dejavu-core');
  } else {
    const playwright = join(root, 'node_modules/playwright-core/cli.js');
    await runCommand(process.execPath, [playwright, 'install', 'chromium'], { cwd: root, timeoutMs: 300_000 });
  }
  const installed = await firstThatRuns(chromiumCandidates());
  if (installed !== null) return success(installed);
  return failure(
    'No Chromium was found. Install Chromium or Chrome, or run: npx playwright install chromium; or set CONCIERGE_CHROMIUM to the program.',
  );
}

/** A Chromium that is here already, and runs; null where there is none. Installs nothing. */
export async function presentChromium(): Promise<string | null> {
  const named = process.env['CONCIERGE_CHROMIUM'];
  return firstThatRuns(named === undefined || named === '' ? chromiumCandidates() : [named]);
}

/** A mosquitto: CONCIERGE_MOSQUITTO, else the system's, else Debian's package installed now (as root). */
export async function findMosquitto(): Promise<Result<string, string>> {
  const named = process.env['CONCIERGE_MOSQUITTO'];
  if (named !== undefined && named !== '')
    return isExecutable(named) ? success(named) : failure(`CONCIERGE_MOSQUITTO is ${named}, which does not run.`);
  const find = () => presentMosquitto(process.env['PATH']);
  const present = find();
  if (present !== null) return success(present);
  if (mayUseApt()) await installWithApt('mosquitto');
  const installed = find();
  if (installed !== null) return success(installed);
  const how = process.platform === 'darwin' ? 'brew install mosquitto' : 'sudo apt-get install mosquitto';
  return failure(`No mosquitto was found. Install it (${how}), or set CONCIERGE_MOSQUITTO to the program.`);
}

/** What the checks of the appliance run, and the package of Debian that brings each. */
const appliancePrograms: Readonly<Record<string, string>> = {
  'systemd-analyze': 'systemd',
  nft: 'nftables',
  shellcheck: 'shellcheck',
  'usbguard-rule-parser': 'usbguard',
  chronyd: 'chrony',
  'ssh-keygen': 'openssh-client',
  curl: 'curl',
  // The cache's file system is damaged and mended in a file.
  'mkfs.ext4': 'e2fsprogs',
  sfdisk: 'fdisk',
  // The labels of provisioning are read as people and their telephones read them.
  pdftotext: 'poppler-utils',
  pdftoppm: 'poppler-utils',
  pdfinfo: 'poppler-utils',
  zbarimg: 'zbar-tools',
};

/** Whether all of them are there, after what is missing was installed (Debian's packages, as root); the error says what is missing and why it stays so. */
export async function findAppliancePrograms(): Promise<Result<void, string>> {
  const missing = () =>
    Object.keys(appliancePrograms).filter((name) => ![...onSearchPath([name]), join('/usr/sbin', name)].some(isExecutable));
  if (process.platform !== 'linux') return failure('The appliance is Debian: its files are checked on Linux only.');
  const packages = [...new Set(missing().map((name) => appliancePrograms[name] ?? name))];
  if (packages.length > 0 && mayUseApt()) await installWithApt(...packages);
  const stillMissing = missing();
  if (stillMissing.length === 0) return success(undefined);
  return failure(
    `${stillMissing.join(', ')} not found. Install: sudo apt-get install ${[...new Set(stillMissing.map((name) => appliancePrograms[name]))].join(' ')}`,
  );
}

function chromiumCandidates(): string[] {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return [...onSearchPath(names), ...chromiumPlaces, chromium.executablePath()];
}

async function firstThatRuns(candidates: readonly string[]): Promise<string | null> {
  for (const path of candidates) {
    if (await runs(path)) return path;
  }
  return null;
}

async function runs(path: string): Promise<boolean> {
  if (!isExecutable(path)) return false;
  const { exitCode, output } = await runCommand(path, ['--version'], { cwd: root, timeoutMs: 20_000 });
  return exitCode === 0 && /\d+\.\d+/.test(output);
}

function onSearchPath(names: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function mayUseApt(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && onSearchPath(['apt-get']).some(isExecutable);
}

async function installWithApt(...packages: string[]): Promise<void> {
  console.log(`Installing ${packages.join(' and ')} (Debian's package; once).`);
  const options = { cwd: root, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: 300_000 };
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  await runCommand('apt-get', [...lock, 'update'], options);
  const { exitCode, output } = await runCommand('apt-get', [...lock, 'install', '-y', '--no-install-recommends', ...packages], options);
  if (exitCode !== 0) console.error(output);
}

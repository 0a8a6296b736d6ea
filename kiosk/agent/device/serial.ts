import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { KEY_FILE } from './identity.ts';
import type { PrivateDirectory } from './private-directory.ts';

const SERIAL_FILE = 'serial';
/** What the machine said of itself for which the random serial stands. */
const MACHINE_FILE = 'serial-machine';
const BOARD_SERIAL_PATH = '/proc/device-tree/serial-number';
/** A PC's, where the appliance lets the agent read it (firmware-config/files/etc/tmpfiles.d). */
const PC_SERIAL_PATH = '/sys/class/dmi/id/product_serial';
/** What makers leave there who have no numbers; thousands of machines share it. */
const NO_SERIALS =
  /^(to-?be-?filled.*|default-?string|system-?serial-?number|not-?(specified|applicable|available)|none|unknown|oem|invalid|[0x-]*|0?123456789.*)$/i;
const LEAST_LETTERS = 4;

/** The board's serial number as the firmware tells it, or null on a machine that has none. Throws when it is there and cannot be read: that is not a machine without one. */
export function boardSerial(path = BOARD_SERIAL_PATH): string | null {
  try {
    return cleaned(readFileSync(path, 'latin1'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A PC's serial number, or null where its maker gave it none of its own. Throws like `boardSerial`. */
export function pcSerial(path = PC_SERIAL_PATH): string | null {
  const serial = boardSerial(path);
  return serial === null || serial.length < LEAST_LETTERS || NO_SERIALS.test(serial) ? null : serial;
}

/**
 * The serial this device goes by: a Pi's, which was always known; else what it has gone by so far, because a device whose serial changes takes itself for a copy; else a PC's; else a random one
 * made once and kept. Throws where that cannot be said: then nothing is used and nothing erased.
 */
export function deviceSerial(directory: PrivateDirectory, board: string | null, pc: () => string | null = () => null): string {
  if (board !== null) return board;
  const kept = cleaned(directory.read(SERIAL_FILE) ?? '');
  const told = toldBy(pc, directory, kept);
  if (kept === null) return told ?? makeSerial(directory);
  const machine = directory.read(MACHINE_FILE);
  if (machine === told) return kept;
  if (machine !== null) return told ?? makeSerial(directory);
  // A random one says nothing of the machine. Made where the PC's was not read yet, it is that PC's from the first time on that it is.
  if (told !== null) noteMachine(directory, told);
  return kept;
}

function noteMachine(directory: PrivateDirectory, told: string): void {
  try {
    directory.write(MACHINE_FILE, told);
  } catch {
    // A disk that takes nothing: noted another time.
  }
}

/** What the PC says. That it may not be read, as by anybody but an administrator, is the same as none only as long as nothing hangs on it. */
function toldBy(pc: () => string | null, directory: PrivateDirectory, kept: string | null): string | null {
  try {
    return pc();
  } catch (error) {
    const hangsOnIt = kept === null ? directory.read(KEY_FILE) !== null : directory.read(MACHINE_FILE) !== null;
    if (hangsOnIt) throw error;
    return null;
  }
}

function makeSerial(directory: PrivateDirectory): string {
  const made = randomUUID();
  directory.write(SERIAL_FILE, made);
  directory.remove(MACHINE_FILE);
  return made;
}

/** The serial of this machine; `told` stands for what its board says, in tests. */
export function serialOfMachine(directory: PrivateDirectory, told: string | null | undefined): string {
  return told === undefined ? deviceSerial(directory, boardSerial(), pcSerial) : deviceSerial(directory, told);
}

/** The serial, or null where the machine has none and the disk takes none. */
export function knownSerial(serial: () => string, logger: Pick<Logger, 'warn'>): string | null {
  try {
    return serial();
  } catch (error) {
    logger.warn({ error }, 'the serial of this machine is not known');
    return null;
  }
}

/** Only what may stand in a certificate's name; the firmware ends its string with a zero byte. */
function cleaned(text: string): string | null {
  const serial = text.replaceAll(/[^A-Za-z0-9-]/g, '').slice(0, 60);
  return serial === '' ? null : serial;
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { PrivateDirectory } from './private-directory.ts';

const SERIAL_FILE = 'serial';
const BOARD_SERIAL_PATH = '/proc/device-tree/serial-number';
/** A PC's, where the appliance lets the agent read it (firmware-config/files/etc/tmpfiles.d). */
const PC_SERIAL_PATH = '/sys/class/dmi/id/product_serial';
/** What makers leave there who have no numbers; thousands of machines share it. */
const NO_SERIALS =
  /^(to-?be-?filled.*|default-?string|system-?serial-?number|not-?(specified|applicable|available)|none|unknown|oem|invalid|[0x-]*|0?123456789.*)$/i;
const LEAST_LETTERS = 4;

/** The board's serial number as the firmware tells it, or null on a machine that has none. */
export function boardSerial(path = BOARD_SERIAL_PATH): string | null {
  try {
    return cleaned(readFileSync(path, 'latin1'));
  } catch {
    return null;
  }
}

/** A PC's serial number, or null where its maker gave it none of its own. */
export function pcSerial(path = PC_SERIAL_PATH): string | null {
  const serial = boardSerial(path);
  return serial === null || serial.length < LEAST_LETTERS || NO_SERIALS.test(serial) ? null : serial;
}

/**
 * The serial this device goes by: a Pi's, which was always known; else what it has gone by so far, because a device whose serial changes takes itself for a copy; else a PC's; else a random one
 * made once and kept.
 */
export function deviceSerial(directory: PrivateDirectory, board: string | null, pc: string | null = null): string {
  const known = board ?? cleaned(directory.read(SERIAL_FILE) ?? '') ?? pc;
  if (known !== null) return known;
  const made = randomUUID();
  directory.write(SERIAL_FILE, made);
  return made;
}

/** The serial of this machine; `told` stands for what its board says, in tests. */
export function serialOfMachine(directory: PrivateDirectory, told: string | null | undefined): string {
  return told === undefined ? deviceSerial(directory, boardSerial(), pcSerial()) : deviceSerial(directory, told);
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

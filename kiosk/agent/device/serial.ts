import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { PrivateDirectory } from './private-directory.ts';

const SERIAL_FILE = 'serial';
const BOARD_SERIAL_PATH = '/proc/device-tree/serial-number';

/** The board's serial number as the firmware tells it, or null on a machine that has none. */
export function boardSerial(path = BOARD_SERIAL_PATH): string | null {
  try {
    return cleaned(readFileSync(path, 'latin1'));
  } catch {
    return null;
  }
}

/** The serial this device goes by: the board's, else a random one made once and kept. */
export function deviceSerial(directory: PrivateDirectory, board: string | null): string {
  const known = board ?? cleaned(directory.read(SERIAL_FILE) ?? '');
  if (known !== null) return known;
  const made = randomUUID();
  directory.write(SERIAL_FILE, made);
  return made;
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

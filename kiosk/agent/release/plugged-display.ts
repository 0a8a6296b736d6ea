import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether the kernel says of every connector that no display is plugged in, as of a television that is off at the wall. False where it has no connector, or none that can be read: then nobody
 * knows. One that writes back into memory is `unknown` for ever, and is no display (as in firmware-config's `watched`).
 */
export function noDisplayIsPlugged(connectorsDir: string): boolean {
  try {
    const statuses = readdirSync(connectorsDir)
      .filter((name) => /^card\d+-/.test(name))
      .map((name) => readFileSync(join(connectorsDir, name, 'status'), 'utf8').trim());
    return statuses.length > 0 && !statuses.includes('connected');
  } catch {
    return false;
  }
}

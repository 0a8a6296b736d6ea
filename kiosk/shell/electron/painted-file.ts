import { uptime } from 'node:os';
import { writeWord } from '@concierge/kiosk-agent/appliance/word-file.ts';
import type { Logger } from 'pino';

/** More is not asked for: what reads it counts in minutes. */
const WRITE_EVERY_S = 5;

/**
 * Tells the appliance when a frame was painted last, by a file with the machine's uptime in whole seconds: `watched` feeds systemd's watchdog for it (docs/adr/0014). It cannot ask this variant's
 * agent, which serves no page. Where there is no appliance nothing is written.
 */
export function createPaintedFile(path: string | undefined, logger: Pick<Logger, 'warn'>): { painted(): void } {
  let writtenS = -Infinity;
  return {
    painted() {
      const nowS = Math.floor(uptime());
      if (path === undefined || nowS - writtenS < WRITE_EVERY_S) return;
      writtenS = nowS;
      try {
        writeWord(path, String(nowS));
      } catch (error) {
        logger.warn({ error }, 'the appliance could not be told of a frame');
      }
    },
  };
}

import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Logger } from 'pino';
import { writeWord } from '../appliance/word-file.ts';

/** Asks the appliance to light the glass or to switch it off: one of two words in a file that the system watches (firmware-config). */
export interface DisplayPower {
  follow(state: Pick<ScreenState, 'phase' | 'lit'>): void;
}

/** A word that could not be written is tried again this much later: the screen of a lobby that stays dark in the morning is found by nobody. */
const RETRY_MS = 60_000;

export function createDisplayPower(deps: { file: string; monotonicMs(): number; logger: Pick<Logger, 'warn' | 'info'> }): DisplayPower {
  let written: boolean | null = null;
  let failedMs: number | null = null;
  return {
    follow({ phase, lit }) {
      // An agent that starts at night does not know yet that it is to be dark, and would wake the room.
      if (phase === 'starting' || lit === written) return;
      if (failedMs !== null && deps.monotonicMs() - failedMs < RETRY_MS) return;
      try {
        writeWord(deps.file, lit ? 'on' : 'off');
        written = lit;
        failedMs = null;
        deps.logger.info({ lit }, 'the display was asked to change');
      } catch (error) {
        failedMs = deps.monotonicMs();
        deps.logger.warn({ error }, 'the display cannot be switched on this machine');
      }
    },
  };
}

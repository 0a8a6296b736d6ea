import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { wordsOfKey } from '../device/device-key.ts';

/** The device's words on the glass for a while, so that somebody who asked finds it among others. */
export interface Identification {
  show(keyPem: string): void;
  current(): ScreenState['identity'];
  stop(): void;
}

/** Long enough to look up from a phone to the glass. */
const SHOWN_MS = 30_000;

export function createIdentification(onChange: () => void): Identification {
  let shown: ScreenState['identity'] = null;
  let timer: NodeJS.Timeout | undefined;
  return {
    show(keyPem) {
      shown = wordsOfKey(keyPem);
      clearTimeout(timer);
      timer = setTimeout(() => {
        shown = null;
        onChange();
      }, SHOWN_MS).unref();
      onChange();
    },
    current: () => shown,
    stop: () => clearTimeout(timer),
  };
}

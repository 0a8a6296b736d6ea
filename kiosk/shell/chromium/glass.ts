import { execFile } from 'node:child_process';
import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';

const TIMEOUT_MS = 10_000;

/** A picture of all that the compositor shows, be it the page or not. The arguments stand here, and no shell reads them. Fails where there is no grim, or no compositor that it could ask. */
export function pictureOfCompositor(program = 'grim'): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      ['-t', 'jpeg', '-q', '70', '-'],
      { encoding: 'buffer', timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: resultMaxBytes.screenshot },
      (error, picture) => {
        if (error !== null) reject(error);
        else if (picture.length === 0) reject(new Error('grim wrote nothing'));
        else resolve(picture);
      },
    );
  });
}

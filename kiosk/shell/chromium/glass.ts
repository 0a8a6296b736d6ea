import { execFile } from 'node:child_process';
import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';

const TIMEOUT_MS = 10_000;
/** Of the whole size, then of half of it: a PNG of a photograph in full size may be more than may be brought. Debian 12's grim writes no JPEG ("jpeg support disabled"). */
const SCALES = ['1', '0.5'] as const;

/**
 * A picture of all that the compositor shows, be it the page or not, as a PNG. The arguments stand here, and no shell reads them. Fails where there is no grim, or no compositor that it could ask.
 */
export async function pictureOfCompositor(program = 'grim'): Promise<Uint8Array> {
  for (const scale of SCALES) {
    const picture = await pictureAt(program, scale);
    if (picture !== 'too large') return picture;
  }
  throw new Error('the picture is larger than may be brought');
}

function pictureAt(program: string, scale: (typeof SCALES)[number]): Promise<Uint8Array | 'too large'> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      ['-s', scale, '-t', 'png', '-l', '6', '-'],
      { encoding: 'buffer', timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: resultMaxBytes.screenshot },
      (error, picture, complaint) => {
        if (error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') resolve('too large');
        // What it complains of is the only clue that an operator will ever see.
        else if (error !== null)
          reject(complaint.length === 0 ? error : new Error(`grim: ${complaint.toString('utf8').trim().slice(0, 200)}`, { cause: error }));
        else if (picture.length === 0) reject(new Error('grim wrote nothing'));
        else resolve(picture);
      },
    );
  });
}

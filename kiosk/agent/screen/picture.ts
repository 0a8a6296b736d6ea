import { connect } from 'node:net';
import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';

/** Longer than a slow board needs for one picture. */
const TIMEOUT_MS = 20_000;

/**
 * Asks the shell, which is what can see the glass, for a picture of it (ADR 0024). The shell listens on a socket of the file system, which no page can reach: whoever connects gets one picture, and
 * nothing where none could be taken. Throws then.
 */
export function pictureFromShell(socketPath: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const socket = connect(socketPath);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the shell did not answer in time')));
    socket.on('error', reject);
    // One that was taken away without a word; after an end it changes nothing any more.
    socket.on('close', () => reject(new Error('the shell let go')));
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > resultMaxBytes.screenshot) socket.destroy(new Error('the picture is too large'));
      else chunks.push(chunk);
    });
    socket.on('end', () => {
      socket.destroy();
      if (bytes === 0) reject(new Error('the shell could not take a picture'));
      else resolve(new Uint8Array(Buffer.concat(chunks)));
    });
  });
}

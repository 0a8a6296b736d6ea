import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Logger } from 'pino';

/**
 * Where the agent of this machine asks for a picture of the glass (ADR 0024): a socket of the file system. Whoever may connect gets one, or nothing; it takes no word from anybody. The page cannot
 * reach it, so it can neither see a picture nor bring one of its own.
 */
export interface PictureDoor {
  /** Never in the way of the screen: a door that cannot be opened is only spoken of. */
  open(): void;
  close(): void;
}

const MAX_CONNECTIONS = 2;
/** No longer than the agent waits. */
const READ_WITHIN_MS = 20_000;

export function createPictureDoor(deps: { socketPath: string; take(): Promise<Uint8Array>; logger: Logger }): PictureDoor {
  const { socketPath, logger } = deps;
  let taking = false;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(READ_WITHIN_MS, () => socket.destroy());
    // One at a time: taking one costs the board more than the page does.
    if (taking) return void socket.end();
    taking = true;
    deps
      .take()
      .then(
        (picture) => socket.end(picture),
        (error: unknown) => {
          logger.warn({ error }, 'no picture of the glass could be taken');
          socket.end();
        },
      )
      .finally(() => {
        taking = false;
      });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('error', (error) => logger.error({ error }, 'nobody can ask for a picture of the glass'));

  return {
    open() {
      try {
        mkdirSync(dirname(socketPath), { recursive: true });
        // What a shell that was killed has left behind.
        rmSync(socketPath, { force: true });
      } catch (error) {
        logger.error({ error }, 'nobody can ask for a picture of the glass');
        return;
      }
      server.listen(socketPath, () => {
        // The folder says who comes near; its group is the agent's.
        chmodSync(socketPath, 0o660);
      });
      server.unref();
    },
    close: () => void server.close(),
  };
}

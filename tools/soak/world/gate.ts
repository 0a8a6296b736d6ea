import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * The building's line to the broker. `open` lets all through, `shut` refuses, `silent` takes connections and swallows what is said: a router that lost its line
 * looks like that.
 */
export type Line = 'open' | 'shut' | 'silent';

export interface Gate {
  readonly port: number;
  set(line: Line): void;
  /** Cuts what is connected, and stays as it is. */
  cut(): void;
  line(): Line;
  /** When the last connection that was let through was asked for, on the machine's own counter. */
  lastAskedMs(): number;
  stop(): Promise<void>;
}

export async function openGate(brokerPort: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let line: Line = 'open';
  let lastAskedMs = Number.NEGATIVE_INFINITY;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    keep(socket);
    if (line === 'shut') return socket.destroy();
    if (line === 'silent') return socket.resume();
    lastAskedMs = performance.now();
    const onward = connect(brokerPort, 'localhost');
    keep(onward);
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    // Not piped: a line that falls silent must swallow what is said on it, in both directions.
    socket.on('data', (bytes) => line === 'open' && onward.write(bytes));
    onward.on('data', (bytes) => line === 'open' && socket.write(bytes));
    return undefined;
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    set(next) {
      // What was swallowed is lost: a stream with a hole in it must not go on.
      if (next === 'shut' || (line === 'silent' && next === 'open')) cut();
      line = next;
    },
    cut,
    line: () => line,
    lastAskedMs: () => lastAskedMs,
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

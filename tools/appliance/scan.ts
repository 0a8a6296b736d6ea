import { connect } from 'node:net';

/** What a neighbour on the same cable finds: ports that answer, and how many said nothing at all, which is what a closed door says here. */
export interface Scan {
  readonly open: readonly number[];
  readonly refused: readonly number[];
  readonly silent: number;
}

const AT_ONCE = 1_500;
const ANSWER_WITHIN_MS = 1_500;

export async function scanTcp(address: string, from = 1, to = 65_535): Promise<Scan> {
  const open: number[] = [];
  const refused: number[] = [];
  let silent = 0;
  let next = from;
  const knock = (port: number): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({ host: address, port });
      const done = (): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve();
      };
      const timer = setTimeout(() => {
        silent += 1;
        done();
      }, ANSWER_WITHIN_MS);
      socket.once('connect', () => {
        open.push(port);
        done();
      });
      socket.once('error', (error) => {
        if ('code' in error && error.code === 'ECONNREFUSED') refused.push(port);
        else silent += 1;
        done();
      });
    });
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next <= to) await knock(next++);
    }),
  );
  return { open, refused, silent };
}

import { spawnSync } from 'node:child_process';
import type { Ended } from './scripts.ts';

/**
 * A network with nothing in it but this machine itself, for a script and what it starts; all of it ends with the script. Root's own where this is root: there a script may act as any user.
 * Else that of a namespace in which it is called root, and is the only user.
 */
const ways = [
  ['unshare', '--net', '--pid', '--mount-proc', '--fork', '--kill-child'],
  ['unshare', '--map-root-user', '--net', '--pid', '--mount-proc', '--fork', '--kill-child'],
] as const;
const way = ways.find(([program, ...args]) => spawnSync(program, [...args, 'ip', 'link', 'set', 'lo', 'up']).status === 0);

/** Why no script can have a network of its own here, or null. */
export const noOwnNetwork: string | null = way === undefined ? 'this machine gives nobody a network namespace' : null;
export function runInOwnNetwork(script: string, timeoutMs = 60_000): Ended {
  if (way === undefined) throw new Error('there is no network namespace here');
  const [program, ...args] = way;
  const { status, stdout, stderr } = spawnSync(
    program,
    [...args, 'sh', '-euc', `PATH=$PATH:/usr/sbin:/sbin\nip link set lo up\n${script}`],
    {
      encoding: 'utf8',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    },
  );
  return { exitCode: status, output: `${stdout}${stderr}` };
}

/**
 * How to start `main.ts`: with these options of Node, and with `NODE_COMPILE_CACHE` naming a directory that lasts. The agent waits nearly all
 * the time, so it trades speed it does not need for memory that the browser beside it does: a small young generation, no optimising compilers
 * (measured: 16 MB less), and a collector that may be called while a film is fetched (download.ts). The compile cache spares each start the type-stripping compiler (25 MB less, and a faster start).
 */
export const agentNodeOptions: readonly string[] = ['--max-semi-space-size=1', '--no-opt', '--no-maglev', '--no-sparkplug', '--expose-gc'];

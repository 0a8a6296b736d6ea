import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end; returns what it said. Throws, with its complaint, when it is not content. */
export async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], { maxBuffer: 16 * 1_048_576 });
  return stdout;
}

/** Waits until something is so; throws with its name when it is not in time. */
export async function until<Value>(what: string, timeoutMs: number, look: () => Promise<Value | null> | Value | null): Promise<Value> {
  const startedMs = performance.now();
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (performance.now() - startedMs > timeoutMs) throw new Error(`not within ${timeoutMs / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

import { HttpProblem } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The value a JSON body stands for; undefined for an empty one. Refused as a bad request: bytes that are no UTF-8, keys that would reach an object's prototype, and texts that cannot
 * be stored as they are (a NUL, half a surrogate pair), because PostgreSQL or the driver would fail on them or silently write something else.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(bytes), (key, value: unknown) => {
      if (key === '__proto__' || key === 'constructor' || !isStorable(key)) throw new HttpProblem({ code: 'bad-request' });
      if (typeof value === 'string' && !isStorable(value)) throw new HttpProblem({ code: 'bad-request' });
      return value;
    });
  } catch (error) {
    throw error instanceof HttpProblem ? error : new HttpProblem({ code: 'bad-request' });
  }
}

/** Whether PostgreSQL would keep the text unchanged. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

import { once } from 'node:events';
import { z } from 'zod';

/** A page of a running Chromium, spoken to over its DevTools protocol. Nothing is injected or switched on that is not asked for. */
export interface DevTools {
  /** Sends a command and returns its result. Throws with the browser's words when it refuses. */
  send(method: string, parameters?: object): Promise<unknown>;
  /** Calls back with the parameters of each such event. */
  on(method: string, listener: (parameters: unknown) => void): void;
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  close(): void;
}

const ANSWER_WITHIN_MS = 30_000;

const Message = z.object({
  id: z.int().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
});
const Evaluated = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({ text: z.string(), exception: z.object({ description: z.string().optional() }).optional() }).optional(),
});

export async function connectDevTools(webSocketUrl: string): Promise<DevTools> {
  const socket = new WebSocket(webSocketUrl);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<string, ((parameters: unknown) => void)[]>();
  let lastId = 0;
  socket.addEventListener('message', (event) => {
    const message = Message.parse(JSON.parse(String(event.data)));
    if (message.method !== undefined) for (const listener of listeners.get(message.method) ?? []) listener(message.params);
    if (message.id === undefined) return;
    const waiter = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) waiter?.resolve(message.result);
    else waiter?.reject(new Error(message.error.message));
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser closed the connection'));
    waiting.clear();
  });
  await once(socket, 'open');

  const send = (method: string, parameters: object = {}) =>
    new Promise<unknown>((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      const impatience = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`the browser did not answer ${method} within ${ANSWER_WITHIN_MS} ms`));
      }, ANSWER_WITHIN_MS);
      waiting.set(id, {
        resolve(value) {
          clearTimeout(impatience);
          resolve(value);
        },
        reject(error) {
          clearTimeout(impatience);
          reject(error);
        },
      });
      socket.send(JSON.stringify({ id, method, params: parameters }));
    });
  return {
    send,
    on(method, listener) {
      listeners.set(method, [...(listeners.get(method) ?? []), listener]);
    },
    async evaluate(expression) {
      const reply = Evaluated.parse(await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }));
      if (reply.exceptionDetails !== undefined)
        throw new Error(`the page threw: ${reply.exceptionDetails.exception?.description ?? reply.exceptionDetails.text}`);
      return reply.result.value;
    },
    close: () => socket.close(),
  };
}

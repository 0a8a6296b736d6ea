import type { Readable, Writable } from 'node:stream';
import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { z } from 'zod';

/**
 * Chromium's debugging protocol over two file descriptors that only the process which started it holds (`--remote-debugging-pipe`): messages of JSON, each ended by a NUL. Used for one thing, a
 * picture of a page that no compositor shows.
 */
export interface DebuggingPipe {
  picture(): Promise<Uint8Array>;
}

const TIMEOUT_MS = 10_000;
/** A picture in base64, with room for what the protocol says around it. */
const MAX_MESSAGE_LENGTH = Math.ceil((resultMaxBytes.screenshot * 4) / 3) + 65_536;

const Answer = z.object({ id: z.int(), result: z.unknown(), error: z.object({ message: z.string() }).optional() });
const Targets = z.object({ targetInfos: z.array(z.object({ targetId: z.string(), type: z.string() })) });
const Attached = z.object({ sessionId: z.string() });
const Screenshot = z.object({ data: z.base64() });

export function createDebuggingPipe(toBrowser: Writable, fromBrowser: Readable): DebuggingPipe {
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let unread = '';

  function giveUp(error: Error): void {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }
  toBrowser.on('error', giveUp);
  fromBrowser.on('error', giveUp);
  fromBrowser.on('close', () => giveUp(new Error('the browser is gone')));
  fromBrowser.setEncoding('utf8');
  fromBrowser.on('data', (text: string) => {
    const messages = (unread + text).split('\0');
    unread = messages.pop() ?? '';
    if (unread.length > MAX_MESSAGE_LENGTH) {
      unread = '';
      giveUp(new Error('the browser said too much at once'));
    }
    for (const message of messages) hear(message);
  });

  function hear(message: string): void {
    const answer = Answer.safeParse(jsonOrUndefined(message));
    // Events have no id; none was asked for.
    if (!answer.success) return;
    const { id, result, error } = answer.data;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error.message));
  }

  async function ask<Reply>(reply: z.ZodType<Reply>, method: string, params: object, sessionId?: string): Promise<Reply> {
    lastId += 1;
    const id = lastId;
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        timer = setTimeout(() => reject(new Error(`the browser did not answer ${method}`)), TIMEOUT_MS);
        toBrowser.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
      });
      return reply.parse(answer);
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  }

  return {
    async picture() {
      const { targetInfos } = await ask(Targets, 'Target.getTargets', {});
      const page = targetInfos.find(({ type }) => type === 'page');
      if (page === undefined) throw new Error('the browser shows no page');
      const { sessionId } = await ask(Attached, 'Target.attachToTarget', { targetId: page.targetId, flatten: true });
      try {
        const { data } = await ask(Screenshot, 'Page.captureScreenshot', { format: 'jpeg', quality: 70 }, sessionId);
        return Buffer.from(data, 'base64');
      } finally {
        await ask(z.unknown(), 'Target.detachFromTarget', { sessionId });
      }
    },
  };
}

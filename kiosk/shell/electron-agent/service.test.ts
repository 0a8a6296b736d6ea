import type { Agent } from '@concierge/kiosk-agent/agent.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromAgent } from './messages.ts';
import { serveAgent } from './service.ts';

let said: FromAgent[];
let exits: number[];
let hear: (message: unknown) => void;
let takePicture: () => Promise<Uint8Array>;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  exits = [];
  serveAgent({
    port: { postMessage: (message) => said.push(message), onMessage: (listener) => void (hear = listener) },
    createAgent(_start, take) {
      takePicture = take;
      const agent: Pick<Agent, 'start' | 'screen'> = {
        start: async () => undefined,
        screen: { current: () => never(), subscribe: () => () => undefined },
      };
      return agent as Agent;
    },
    exit: (code) => exits.push(code),
  });
  hear({ kind: 'start', start: { dataDir: 'data', demo: false, logLevel: 'silent', aliveEveryMs: 60_000 } });
});
afterEach(() => {
  vi.useRealTimers();
});
const never = (): never => {
  throw new Error('nobody asks for this');
};
const wanted = () => said.filter(({ kind }) => kind === 'picture-wanted').length;

describe('a picture of the glass', () => {
  it('is asked of main, and is its next word about one', async () => {
    const picture = takePicture();
    expect(wanted()).toBe(1);
    hear({ kind: 'picture', jpeg: Buffer.from('glass').toString('base64') });
    expect(Buffer.from(await picture).toString()).toBe('glass');
  });

  it('is none when main says so, or nothing at all, and can be asked for again', async () => {
    const refused = takePicture();
    hear({ kind: 'picture', jpeg: null });
    await expect(refused).rejects.toThrow('could not');
    const unanswered = expect(takePicture()).rejects.toThrow('could not');
    await vi.advanceTimersByTimeAsync(20_000);
    await unanswered;
    void takePicture().catch(() => undefined);
    expect(wanted()).toBe(3);
  });

  it('is asked for once at a time, and one that nobody asked for is nothing', async () => {
    hear({ kind: 'picture', jpeg: 'AAAA' });
    void takePicture().catch(() => undefined);
    await expect(takePicture()).rejects.toThrow('already');
    expect(wanted()).toBe(1);
    expect(exits).toEqual([]);
  });
});

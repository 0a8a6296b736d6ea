import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fakedDate } from './faked-date.ts';
import { type AgentOrder, type ClockFacts, SYNCHRONIZED_MARK } from './protocol.ts';
import { createVirtualTimers } from './virtual-timers.ts';

// Loaded into the agent's process before its first file. Takes its clocks and its timers away and gives it those of the soak; everything else (disk, sockets, TLS,
// signals) stays what it is. Node's own timeouts inside of sockets and servers, and the dates that OpenSSL checks by itself, go by the machine's time.

const turnOf = setImmediate;
const realClear = timers.clearTimeout;
const start = JSON.parse(process.env['SOAK_CLOCK'] ?? 'null') as ClockFacts | null;
if (start === null || process.send === undefined) throw new Error('SOAK_CLOCK and a channel to the soak are missing');
const startedMs = start.monotonicMs;
let facts: ClockFacts = start;

const virtual = createVirtualTimers(startedMs, (error) => {
  queueMicrotask(() => {
    throw error;
  });
});
const turn = (): Promise<void> => new Promise((resolve) => turnOf(() => turnOf(resolve)));

globalThis.Date = fakedDate(Date, () => virtual.nowMs() + facts.wallOffsetMs);
Object.defineProperty(performance, 'now', { configurable: true, value: () => virtual.nowMs() - startedMs });

/** What a program sees of a timer of Node. */
class VirtualTimeout {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  refresh(): this {
    virtual.again(this.id);
    return this;
  }
  close(): this {
    virtual.remove(this.id);
    return this;
  }
  [Symbol.toPrimitive](): number {
    return this.id;
  }
  [Symbol.dispose](): void {
    virtual.remove(this.id);
  }
}

type Callback = (...given: unknown[]) => void;
const setTimer =
  (repeated: boolean) =>
  (callback: Callback, delayMs = 1, ...given: unknown[]): VirtualTimeout =>
    new VirtualTimeout(virtual.add(() => callback(...given), delayMs, repeated ? delayMs : null));
const clearTimer = (timer: unknown): void => {
  if (timer instanceof VirtualTimeout) virtual.remove(timer.id);
  else if (typeof timer === 'number') virtual.remove(timer);
  else if (timer instanceof Object) realClear(timer as NodeJS.Timeout);
};
const sleep = (delayMs = 1, value?: unknown, options: { signal?: AbortSignal } = {}): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const { signal } = options;
    const refuse = (): void => reject(new DOMException('The operation was aborted', 'AbortError'));
    if (signal?.aborted === true) return refuse();
    const id = virtual.add(() => resolve(value), delayMs, null);
    signal?.addEventListener('abort', () => {
      virtual.remove(id);
      refuse();
    });
  });

const faked = { setTimeout: setTimer(false), setInterval: setTimer(true), clearTimeout: clearTimer, clearInterval: clearTimer };
Object.assign(globalThis, faked);
Object.assign(timers, faked);
Object.assign(timersPromises, { setTimeout: sleep });

// Whether the system has reached network time is part of what its clock says.
const existsOnDisk = fs.existsSync;
fs.existsSync = (path) => (path === SYNCHRONIZED_MARK ? facts.synchronized : existsOnDisk(path));
syncBuiltinESMExports();

// How many events the newest page was sent: the soak waits until it has heard them before time goes on, or the way of some milliseconds would take seconds.
const { ServerResponse } = process.getBuiltinModule('node:http');
const write = ServerResponse.prototype.write;
let stream: { response: InstanceType<typeof ServerResponse>; events: number } | null = null;
ServerResponse.prototype.write = function counted(this: InstanceType<typeof ServerResponse>, ...given: unknown[]): boolean {
  if (String(this.getHeader('content-type')).startsWith('text/event-stream')) {
    if (stream?.response !== this) stream = { response: this, events: 0 };
    stream.events += 1;
  }
  return Reflect.apply(write, this, given) as boolean;
};
const eventsSent = (): number => (stream === null || stream.response.destroyed ? 0 : stream.events);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

process.on('message', (order: AgentOrder) => {
  if (order.soak === 'time') void goOn(order);
  else if (order.soak === 'memory') {
    collectGarbage();
    process.send?.({ soak: 'memory', heapBytes: process.memoryUsage().heapUsed });
  }
});

async function goOn(order: Extract<AgentOrder, { soak: 'time' }>): Promise<void> {
  facts = order.facts;
  const run = order.leap ? virtual.leapTo : virtual.runUntil;
  await run(facts.monotonicMs, turn);
  process.send?.(
    { soak: 'reached', nextDueMs: Math.min(virtual.nextDueMs(), Number.MAX_SAFE_INTEGER), events: eventsSent() },
    undefined,
    undefined,
    () => undefined,
  );
}

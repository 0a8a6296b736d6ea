import type { LiveEvent } from '@concierge/contract/http/live.ts';
import { describe, expect, it } from 'vitest';
import { createLiveConnection, type EventStream } from './live-connection.ts';

class FakeStream implements EventStream {
  readonly listeners = new Map<string, (event: Event) => void>();
  closed = false;
  addEventListener(type: string, listener: (event: Event) => void): void {
    this.listeners.set(type, listener);
  }
  close(): void {
    this.closed = true;
  }
  say(type: string, data: unknown = {}): void {
    this.listeners.get(type)?.(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

function connectionWith(checkSession: () => Promise<unknown> = async () => undefined) {
  const streams: FakeStream[] = [];
  const timers: { durationMs: number; work: () => void; cancelled: boolean }[] = [];
  const log: string[] = [];
  const connection = createLiveConnection({
    open() {
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    },
    checkSession,
    onChange: (event) => log.push(`change ${event.subject}`),
    onResync: () => log.push('resync'),
    onState: (state) => log.push(state),
    random: () => 1,
    after(durationMs, work) {
      const timer = { durationMs, work, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    connection,
    streams,
    timers,
    log,
    async fireLast() {
      const timer = timers.at(-1);
      if (timer?.cancelled === false) timer.work();
      await settle();
    },
  };
}

const change: LiveEvent = { subject: 'device', id: '01900000-0000-7000-8000-000000000000', buildingId: null };

describe('the live connection', () => {
  it('is live with the first resync and passes on what parses', () => {
    const { connection, streams, log } = connectionWith();
    connection.start();
    streams[0]?.say('resync');
    streams[0]?.say('change', change);
    streams[0]?.say('change', { subject: 'secret' });
    expect(log).toEqual(['connecting', 'live', 'resync', 'change device']);
  });

  it('reconnects with growing pauses, and reads everything again afterwards', async () => {
    const { connection, streams, timers, log, fireLast } = connectionWith();
    connection.start();
    for (let round = 0; round < 7; round += 1) {
      streams.at(-1)?.say('error');
      await fireLast();
    }
    expect(timers.map((timer) => timer.durationMs)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    streams.at(-1)?.say('resync');
    expect(log.slice(-2)).toEqual(['live', 'resync']);
    streams.at(-1)?.say('error');
    expect(timers.at(-1)?.durationMs).toBe(1_000);
  });

  it('closes the lost stream and does not listen to it any more', async () => {
    const { connection, streams, log, fireLast } = connectionWith();
    connection.start();
    streams[0]?.say('error');
    await fireLast();
    streams[0]?.say('change', change);
    expect(streams[0]?.closed).toBe(true);
    expect(streams).toHaveLength(2);
    expect(log).not.toContain('change device');
  });

  it('goes on trying when the session could not be checked', async () => {
    const { connection, streams, timers, fireLast } = connectionWith(() => Promise.reject(new Error('no network')));
    connection.start();
    streams[0]?.say('error');
    await fireLast();
    expect(streams).toHaveLength(1);
    expect(timers.map((timer) => timer.durationMs)).toEqual([1_000, 2_000]);
  });

  it('stays stopped', async () => {
    const { connection, streams, fireLast } = connectionWith();
    connection.start();
    streams[0]?.say('error');
    connection.stop();
    await fireLast();
    expect(streams).toHaveLength(1);
  });

  it('gives the stream back when nobody looks for a while, and takes it up again', async () => {
    const { connection, streams, fireLast } = connectionWith();
    connection.start();
    connection.setVisible(false);
    await fireLast();
    expect(streams[0]?.closed).toBe(true);
    connection.setVisible(true);
    expect(streams).toHaveLength(2);
  });
});

import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFlushSchedule, gatherWrites, joinSmall } from './gathered-writes.ts';

describe('joining', () => {
  it('keeps all bytes in order, and never copies a large piece', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 4_000 }), { maxLength: 12 }), (arrays) => {
        const pieces = arrays.map((array) => Buffer.from(array));
        const joined = joinSmall(pieces);
        expect(Buffer.concat(joined).equals(Buffer.concat(pieces))).toBe(true);
        for (const piece of pieces) if (piece.length > 2_048) expect(joined).toContain(piece);
      }),
    );
  });
});

describe('the schedule', () => {
  it('runs what was scheduled once, after the next turn', async () => {
    const schedule = createFlushSchedule();
    const ran: string[] = [];
    schedule.later(() => ran.push('first'));
    setImmediate(() => schedule.later(() => ran.push('from the next turn')));
    expect(ran).toEqual([]);
    await turn();
    await turn();
    await turn();
    expect(ran).toEqual(['first', 'from the next turn']);
  });
});

describe('gathering', () => {
  it('says what waits, and writes at once what is urgent', async () => {
    const socket = new Socket();
    const written: string[] = [];
    // What a socket without a connection would do with it is of no interest here.
    const sink = new PassThrough();
    sink.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    socket.write = sink.write.bind(sink);
    let urgent = true;
    const waiting: number[] = [];
    gatherWrites(socket, createFlushSchedule(), { isUrgent: () => urgent, onWaiting: (bytes) => waiting.push(bytes) < 3 });
    expect([socket.write('no'), socket.write(Buffer.from('!')), socket.write('')]).toEqual([true, true, false]);
    expect(waiting).toEqual([2, 3, 3]);
    await Promise.resolve();
    await new Promise((resolve) => process.nextTick(resolve));
    expect(written.join('')).toBe('no!');
    urgent = false;
    socket.write('later');
    await new Promise((resolve) => process.nextTick(resolve));
    expect(written.join('')).toBe('no!');
    await expect.poll(() => written.join('')).toBe('no!later');
    socket.destroy();
  });
});

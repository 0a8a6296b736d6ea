import { isUtf8 } from 'node:buffer';
import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';
import { CommandName } from '@concierge/contract/mqtt/command.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastsMs, pauseMs, typeOfResult } from './command-rules.ts';

/** The parts of a JPEG that are looked at: quantisation tables, fill bytes, a frame header of this kind and size, scan data, the end. */
function aJpeg({ marker = 0xc0, width = 1_920, height = 1_080, before = [0xff, 0xdb, 0, 4, 0xff, 0xc0, 0xff] } = {}): Uint8Array {
  const frame = [0xff, marker, 0, 11, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0];
  return Uint8Array.from([0xff, 0xd8, ...before, ...frame, 0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
}
const refused = { ok: false, error: 'not-asked-for' };

describe('a picture that a device brought', () => {
  it.each([0xc0, 0xc1, 0xc2, 0xcf])('is a JPEG by its frame header (%i), whatever stands before', (marker) => {
    expect(typeOfResult('screenshot', aJpeg({ marker }))).toEqual({ ok: true, value: 'image/jpeg' });
  });

  it.each([
    ['has no frame header', aJpeg({ marker: 0xc4 })],
    ['is cut off', aJpeg().slice(0, -1)],
    ['is cut off before its size', Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 4, 0xff, 0xd9])],
    ['has a segment of no length', aJpeg({ before: [0xff, 0xdb, 0, 0] })],
    ['has a segment that ends beyond it', aJpeg({ before: [0xff, 0xdb, 0xff, 0xff] })],
    ['begins its data before its size is known', aJpeg({ before: [0xff, 0xda, 0, 2] })],
    ['is wider than any glass', aJpeg({ width: 8_193 })],
    ['has more pixels than any glass', aJpeg({ width: 8_000, height: 8_000 })],
    ['has no height yet', aJpeg({ height: 0 })],
    ['is only a beginning', Uint8Array.from([0xff, 0xd8, 0xff])],
  ])('is refused when it %s', (_what, content) => {
    expect(typeOfResult('screenshot', content)).toEqual(refused);
  });

  it('is looked at without an exception, whatever its bytes', () => {
    const anything = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(anything, fc.constantFrom([0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], []), (bytes, begins) => {
        const outcome = typeOfResult('screenshot', Uint8Array.from([...begins, ...bytes, 0xff, 0xd9]));
        if (begins.length === 0 && bytes[0] !== 0xff && bytes[0] !== 0x89) expect(outcome.ok).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('lines that a device brought', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['{"msg":"γεια"}\n\tand more\r\n', true],
    ['\u001b[2J', false],
    ['\u0085', false],
    ['x'.repeat(resultMaxBytes.logs), true],
  ])('are text: %j', (text, taken) => {
    expect(typeOfResult('logs', new TextEncoder().encode(text)).ok).toBe(taken);
  });

  it('are text when they are whole UTF-8 without control characters, and else are refused', () => {
    const control = (text: string) =>
      Array.from(text, (one) => one.codePointAt(0) ?? 0).some(
        (code) => (code < 0x20 && ![9, 10, 13].includes(code)) || (code >= 0x7f && code <= 0x9f),
      );
    const someText = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text));
    fc.assert(
      fc.property(fc.oneof(someText, fc.uint8Array({ maxLength: 12 }).map(Buffer.from)), (bytes) => {
        const text = bytes.toString('utf8');
        const taken = isUtf8(bytes) && !control(text);
        expect(typeOfResult('logs', bytes)).toEqual(taken ? { ok: true, value: 'text/plain' } : refused);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the times of a command', () => {
  it.each(CommandName.options)('of %s are between one minute and three', (command) => {
    expect(lastsMs(command)).toBeGreaterThanOrEqual(60_000);
    expect(lastsMs(command)).toBeLessThanOrEqual(180_000);
  });
  it('leave identify, reload and restart as they were', () => {
    for (const command of ['identify', 'reload'] as const) expect([lastsMs(command), pauseMs(command)]).toEqual([60_000, 0]);
    expect([lastsMs('restart'), pauseMs('restart')]).toEqual([60_000, 600_000]);
    expect(pauseMs('screenshot')).toBe(60_000);
  });
});

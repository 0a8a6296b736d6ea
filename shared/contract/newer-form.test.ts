import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DesiredClaims } from './mqtt/desired.ts';
import { Reported } from './mqtt/reported.ts';
import { readNewerForm } from './newer-form.ts';

const desired: DesiredClaims = {
  kind: 'desired',
  deviceId: '0198c0de-0000-7000-8000-000000000001',
  buildingId: '0198c0de-0000-7000-8000-000000000002',
  sequence: 7,
  issuedAt: '2026-11-22T05:00:00.000Z',
  expiresAt: '2026-12-22T05:00:00.000Z',
  content: { sequence: 3, confirmedAt: '2026-11-22T05:00:00.000Z' },
  display: { language: 'alternate', widthMm: null },
  release: { sequence: 9, from: 'https://releases.example/9/', start: true },
};

describe('the form of a newer version', () => {
  it('is read without the fields that this one does not know, at any depth', () => {
    const newer = {
      ...desired,
      mood: 'calm',
      content: { ...desired.content, digest: 'abc' },
      release: { ...desired.release, mirrors: [{ from: 'https://mirror.example/' }] },
    };
    expect(DesiredClaims.safeParse(newer).success).toBe(false);
    expect(readNewerForm(DesiredClaims, newer)).toEqual({ success: true, data: desired });
    expect(newer).toHaveProperty('mood', 'calm');
  });

  it.each([
    { what: 'a field of another type', change: { sequence: '7' } },
    { what: 'a value out of its bounds', change: { sequence: 0 } },
    { what: 'a field that is missing', change: { content: undefined } },
  ])('is refused for $what, with unknown fields beside it or without', ({ change }) => {
    expect(readNewerForm(DesiredClaims, { ...desired, ...change }).success).toBe(false);
    expect(readNewerForm(DesiredClaims, { ...desired, ...change, mood: 'calm' }).success).toBe(false);
  });

  it('is held against what fields must be together, which is asked only once nothing is unknown', () => {
    const Range = z.strictObject({ from: z.int(), to: z.int() }).refine(({ from, to }) => from <= to, { error: 'the wrong way round' });
    const Ranges = z.strictObject({ ranges: z.array(Range) });
    expect(readNewerForm(Ranges, { ranges: [{ from: 1, to: 2, step: 1 }] })).toEqual({
      success: true,
      data: { ranges: [{ from: 1, to: 2 }] },
    });
    expect(readNewerForm(Ranges, { ranges: [{ from: 2, to: 1, step: 1 }] }).success).toBe(false);
  });

  it('is read in each case of several', () => {
    const Shape = z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('point') }),
      z.strictObject({ kind: z.literal('circle'), radius: z.int() }),
    ]);
    expect(readNewerForm(Shape, { kind: 'circle', radius: 3, colour: 'red' })).toEqual({
      success: true,
      data: { kind: 'circle', radius: 3 },
    });
    expect(readNewerForm(Shape, { kind: 'square' }).success).toBe(false);
  });

  it('is read where one of several forms fits, in a list of them too', () => {
    const Media = z.union([
      z.strictObject({ type: z.literal('image/png'), bytes: z.int() }),
      z.strictObject({ type: z.literal('video/mp4'), bytes: z.int(), durationMs: z.int() }),
    ]);
    const List = z.strictObject({ items: z.array(Media) });
    const items = [
      { type: 'video/mp4', bytes: 5, durationMs: 7 },
      { type: 'image/png', bytes: 3 },
    ];
    expect(readNewerForm(List, { items: items.map((each) => ({ ...each, colour: 'red' })), more: 1 })).toEqual({
      success: true,
      data: { items },
    });
    expect(readNewerForm(List, { items: [{ type: 'audio/ogg', bytes: 3, colour: 'red' }] }).success).toBe(false);
    expect(readNewerForm(List, { items: [{ type: 'video/mp4', bytes: 5, colour: 'red' }] }).success).toBe(false);
  });

  it('does no harm with names that JavaScript has its own use for', () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "a": 1}');
    expect(readNewerForm(z.strictObject({ a: z.int() }), hostile)).toEqual({ success: true, data: { a: 1 } });
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([null, undefined, 7, 'text', [], {}])('is refused for %j', (value) => {
    expect(readNewerForm(Reported, value).success).toBe(false);
  });
});

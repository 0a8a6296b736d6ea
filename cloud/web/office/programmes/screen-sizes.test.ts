import { describe, expect, it } from 'vitest';
import { sizesHanging } from './screen-sizes.ts';

const inches = (...hanging: Parameters<typeof sizesHanging>) => sizesHanging(...hanging).map((size) => size.inches);

describe('the sizes of the screens that have a programme', () => {
  it('are told apart by how they hang, the smallest first', () => {
    const widths = [398, 299, 708, 886];
    expect(inches('portrait', widths)).toEqual([24, 32]);
    expect(inches('landscape', widths)).toEqual([32, 40]);
  });
  it('count for both where a width may be either', () => {
    expect([inches('portrait', [531]), inches('landscape', [531])]).toEqual([[43], [24]]);
  });
  it('are 32 inches where nobody measured, and where there is no such screen', () => {
    expect([inches('portrait', [null, 398]), inches('landscape', [null])]).toEqual([[32], [32]]);
    expect([inches('portrait', []), inches('portrait', [708]), inches('landscape', [299])]).toEqual([[32], [32], [32]]);
  });
});

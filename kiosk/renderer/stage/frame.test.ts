import { describe, expect, it } from 'vitest';
import { frameOf } from './frame.ts';

describe('frameOf', () => {
  it('gives 58 px of body on an unmeasured 1080p portrait screen, and the same millimetres in landscape and 4K', () => {
    expect(frameOf(1080, 1920, null).unitPx).toBe(58);
    expect(frameOf(1920, 1080, null).unitPx).toBe(58);
    expect(frameOf(3840, 2160, null).unitPx).toBe(116);
  });
  it('keeps the composition of a screen at every resolution', () => {
    expect(frameOf(3840, 2160, null)).toEqual({ ...frameOf(1920, 1080, null), unitPx: 116, pxPerMm: frameOf(3840, 2160, null).pxPerMm });
  });
  it('sets larger type on smaller glass and smaller on larger, within limits', () => {
    expect(frameOf(1080, 1920, 331).unitPx).toBe(70);
    expect(frameOf(1080, 1920, 100).unitPx).toBe(70);
    expect(frameOf(1080, 1920, 480).unitPx).toBe(49);
    expect(frameOf(1080, 1920, 3000).unitPx).toBe(49);
  });
  it('survives a window without size', () => {
    expect(frameOf(0, 0, null).unitPx).toBe(1);
  });
});

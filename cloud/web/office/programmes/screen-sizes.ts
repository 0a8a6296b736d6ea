import { assumedWidthMm, diagonalInches } from '@concierge/kiosk-renderer/preview.tsx';
import type { Orientation } from './grid-rules.ts';

/**
 * Nobody is told how a screen hangs, only how wide its picture is. Narrower than this it hangs upright, or it would be smaller than any screen of a lobby; wider than that it lies. What
 * is in between may do either, and counts for both.
 */
const LEAST_LANDSCAPE_MM = 480;
const MOST_PORTRAIT_MM = 700;

export interface ScreenSize {
  readonly widthMm: number;
  readonly inches: number;
}

/** The sizes of screens that hang this way, the smallest first; the one that is assumed of any screen where there are none, or where nobody measured. */
export function sizesHanging(orientation: Orientation, widthsMm: readonly (number | null)[]): readonly [ScreenSize, ...ScreenSize[]] {
  const assumed = assumedWidthMm(orientation);
  const hanging = widthsMm
    .map((widthMm) => widthMm ?? assumed)
    .filter((widthMm) => (orientation === 'landscape' ? widthMm >= LEAST_LANDSCAPE_MM : widthMm <= MOST_PORTRAIT_MM));
  const [smallest = assumed, ...others] = [...new Set(hanging)].toSorted((one, other) => one - other);
  const sizeOf = (widthMm: number): ScreenSize => ({ widthMm, inches: Math.round(diagonalInches(orientation, widthMm)) });
  return [sizeOf(smallest), ...others.map(sizeOf)];
}

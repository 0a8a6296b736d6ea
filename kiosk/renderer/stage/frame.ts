/**
 * The screen measured in units. One unit is the body size: the type whose capitals are 15 mm tall, which reads from three metres. Everything
 * on the screen is a multiple of it, so a physical size decides the whole composition and a 4K screen shows the same page, only finer.
 */
export interface Frame {
  readonly orientation: 'portrait' | 'landscape';
  readonly unitPx: number;
  /** Device-independent pixels per millimetre of glass. */
  readonly pxPerMm: number;
  /** Below: in units. */
  readonly width: number;
  readonly height: number;
  readonly margin: number;
  readonly headerHeight: number;
  readonly footHeight: number;
}

/** Commissioner's capitals are 0.7 of the type size: 15 mm of capital is 21.4 mm of type, 58 px on a 32-inch 1080p screen. */
const BODY_SIZE_MM = 21.4;
/** A 32-inch 16:9 panel, which we assume where nobody measured. */
export const ASSUMED_WIDTH_MM = { portrait: 398, landscape: 708 } as const;
/**
 * A small screen hangs where people stand close, a big one where they stand far: outside 24 to 43 inches the type follows the screen instead
 * of the millimetre, or a line would hold two words on the one and a paragraph on the other.
 */
const UNIT_SHARE_OF_SHORT_SIDE = { least: 0.045, most: 0.065 } as const;

export function frameOf(widthPx: number, heightPx: number, widthMm: number | null): Frame {
  const orientation = widthPx > heightPx ? 'landscape' : 'portrait';
  const pxPerMm = widthPx / (widthMm ?? ASSUMED_WIDTH_MM[orientation]);
  const shortSidePx = Math.min(widthPx, heightPx);
  const unitPx = Math.max(
    1,
    Math.round(
      Math.min(Math.max(BODY_SIZE_MM * pxPerMm, UNIT_SHARE_OF_SHORT_SIDE.least * shortSidePx), UNIT_SHARE_OF_SHORT_SIDE.most * shortSidePx),
    ),
  );
  return {
    orientation,
    unitPx,
    pxPerMm,
    width: widthPx / unitPx,
    height: heightPx / unitPx,
    margin: orientation === 'portrait' ? 1.25 : 1.4,
    headerHeight: orientation === 'portrait' ? 4.4 : 2.9,
    footHeight: orientation === 'portrait' ? 5.9 : 3.5,
  };
}

/** The height between header and foot, in units. */
export function sceneHeight(frame: Frame): number {
  return frame.height - frame.headerHeight - frame.footHeight;
}

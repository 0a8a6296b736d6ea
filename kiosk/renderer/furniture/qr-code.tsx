import type { ScreenQr } from '@concierge/contract/kiosk/screen.ts';

/** Modules of white around a code, without which phones do not find it (ISO/IEC 18004). */
const QUIET_ZONE = 4;

interface QrCodeProps {
  readonly qr: Pick<ScreenQr, 'path' | 'size'>;
  /** The code with its quiet zone is about this wide: a whole number of pixels for each module, so that every edge is sharp. */
  readonly widthPx: number;
  /** The code itself, without the quiet zone, is at least this wide. */
  readonly leastCodePx?: number;
  /** There is no room for a wider one, quiet zone and all. */
  readonly mostPx?: number;
  readonly name: string;
}

/** Dark on light at every hour, whatever the theme. */
export function QrCode({ name, ...measures }: QrCodeProps) {
  const { qr } = measures;
  const modules = qr.size + 2 * QUIET_ZONE;
  const sidePx = codeSidePx(measures);
  return (
    <svg
      className="qr-code"
      role="img"
      aria-label={name}
      width={sidePx}
      height={sidePx}
      viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${modules} ${modules}`}
      shapeRendering="crispEdges"
    >
      <path d={qr.path} fill="var(--on-paper)" />
    </svg>
  );
}

/** How wide the code comes out, quiet zone and all. */
export function codeSidePx({ qr, widthPx, leastCodePx = 0, mostPx = Number.POSITIVE_INFINITY }: Omit<QrCodeProps, 'name'>): number {
  const modules = qr.size + 2 * QUIET_ZONE;
  const modulePx = Math.min(Math.floor(mostPx / modules), Math.max(Math.floor(widthPx / modules), Math.ceil(leastCodePx / qr.size)));
  return Math.max(1, modulePx) * modules;
}

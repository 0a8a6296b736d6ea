import type { CSSProperties } from 'react';
import type { Frame } from './frame.ts';

/** The frame as custom properties: the style sheets multiply `--unit`, and know no pixel of their own. */
export function frameProperties(frame: Frame): CSSProperties {
  return {
    '--unit': `${frame.unitPx}px`,
    '--margin': units(frame.margin),
    '--header-height': units(frame.headerHeight),
    '--foot-height': units(frame.footHeight),
  };
}

export function units(count: number): string {
  return `calc(var(--unit) * ${Math.round(count * 1000) / 1000})`;
}

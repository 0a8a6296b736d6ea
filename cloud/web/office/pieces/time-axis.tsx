import { useEffect, useState } from 'react';
import { clockWords, dayWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { timeTicks } from './chart-rules.ts';

/** Room around what is drawn. All that is drawn over one span has the same, so that a moment stands below itself. */
export const INSET = { start: 46, end: 10, top: 10, bottom: 22 } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NARROW_PX = 480;

/** From when to when something is drawn, in steps of which length, and by whose clock. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly timeZone: string;
}

/** How far from the left a moment stands. */
export function placeOf(atMs: number, { fromMs, toMs }: Span, width: number): number {
  return INSET.start + ((atMs - fromMs) / (toMs - fromMs)) * (width - INSET.start - INSET.end);
}

/** The hours or days below a drawing. */
export function TimeAxis({ span, width, height }: { span: Span; width: number; height: number }) {
  const { language } = useWords();
  const { fromMs, toMs, timeZone } = span;
  const foot = height - INSET.bottom;
  return axisTicks(span, width < NARROW_PX).map((atMs) => {
    const x = placeOf(atMs, span, width);
    return (
      <g key={atMs}>
        <line className="line-chart-tick" x1={x} x2={x} y1={foot} y2={foot + 4} />
        <text className="line-chart-text" x={x} y={height - 5} textAnchor={anchorOf(x, width)}>
          {toMs - fromMs <= 2 * DAY_MS ? clockWords(atMs, timeZone) : dayOf(dayWords(atMs, language, timeZone, toMs))}
        </text>
      </g>
    );
  });
}

function axisTicks({ fromMs, toMs, timeZone }: Span, narrow: boolean): number[] {
  const spanMs = toMs - fromMs;
  const stepMs =
    spanMs <= 2 * DAY_MS ? (narrow ? 6 : 3) * HOUR_MS : spanMs <= 8 * DAY_MS ? (narrow ? 2 : 1) * DAY_MS : (narrow ? 21 : 7) * DAY_MS;
  return timeTicks(fromMs, toMs, stepMs, timeZone);
}

function anchorOf(x: number, width: number): 'start' | 'middle' | 'end' {
  return x > width - 30 ? 'end' : x < 30 ? 'start' : 'middle';
}

/** «Παρ 21 Νοε» without its weekday, for which there is no room. */
function dayOf(words: string): string {
  return words.replace(/^\S+ /, '');
}

/** How wide an element is. */
export function useWidth(frame: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.floor(entry?.contentRect.width ?? 640))));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}

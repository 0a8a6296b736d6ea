import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { clockWords, dayWords, momentWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { type ChartPoint, nearest, niceTicks, timeTicks, unbroken } from './chart-rules.ts';
import './line-chart.css';

const HEIGHT = 168;
const INSET = { start: 46, end: 10, top: 10, bottom: 22 } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * One line over time, drawn by hand: axis with units, gaps where nothing was measured, and a mark below where something happened. The keyboard and screen readers go from point to point as
 * on a slider; all values stand in a table too.
 */
export function LineChart({
  label,
  unit,
  points,
  marks,
  markLabel,
  fromMs,
  toMs,
  stepMs,
  limit,
  leastSpan,
  timeZone,
  format,
}: {
  label: string;
  unit: string;
  points: readonly ChartPoint[];
  /** Moments to point out. */
  marks?: readonly number[];
  markLabel?: string;
  fromMs: number;
  toMs: number;
  stepMs: number;
  /** A line from where on it is too much, or too little. */
  limit?: number;
  /** The axis shows at least so much, so that what hardly changes looks so. */
  leastSpan: number;
  timeZone: string;
  format(value: number): string;
}) {
  const { t, language } = useWords();
  const id = useId();
  const [active, setActive] = useState<number | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const last = points.at(-1);
  if (last === undefined) return null;

  const values = points.map((point) => point.value);
  const ticks = niceTicks(...widened(Math.min(...values, limit ?? Infinity), Math.max(...values, limit ?? -Infinity), leastSpan));
  const [bottom = 0, top = 1] = [ticks[0], ticks.at(-1)];
  const x = (atMs: number) => INSET.start + ((atMs - fromMs) / (toMs - fromMs)) * (width - INSET.start - INSET.end);
  const y = (value: number) => INSET.top + ((top - value) / (top - bottom)) * (HEIGHT - INSET.top - INSET.bottom);
  const place = ({ atMs, value }: ChartPoint) => `${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`;
  const moment = (atMs: number) => momentWords(atMs, language, timeZone, toMs);
  const words = (point: ChartPoint) => t('fleet.chart.point', { time: moment(point.atMs), value: format(point.value), unit });
  const shown = active === null ? undefined : points[Math.min(active, points.length - 1)];
  const narrow = width < 480;

  const onKeyDown = (event: KeyboardEvent) => {
    const at = active ?? points.length - 1;
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageDown: at - 12,
      PageUp: at + 12,
      Home: 0,
      End: points.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setActive(Math.max(0, Math.min(points.length - 1, to)));
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const share = (event.clientX - event.currentTarget.getBoundingClientRect().left - INSET.start) / (width - INSET.start - INSET.end);
    setActive(nearest(points, fromMs + share * (toMs - fromMs)));
  };

  return (
    <figure className="line-chart">
      <figcaption id={`${id}-label`}>
        <span className="line-chart-name">{label}</span>
        <span className="line-chart-value">{shown === undefined ? `${format(last.value)} ${unit}` : words(shown)}</span>
      </figcaption>
      <div
        ref={frame}
        className="line-chart-frame"
        role="slider"
        tabIndex={0}
        aria-label={`${t('fleet.chart.summary', {
          series: label,
          least: format(Math.min(...values)),
          most: format(Math.max(...values)),
          last: format(last.value),
          unit,
        })} ${t('fleet.chart.keys')}`}
        aria-valuemin={1}
        aria-valuemax={points.length}
        aria-valuenow={(active ?? points.length - 1) + 1}
        aria-valuetext={words(shown ?? last)}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setActive(null)}
        onBlur={() => setActive(null)}
      >
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden focusable="false">
          {ticks.map((tick) => (
            <g key={tick}>
              <line className="line-chart-grid" x1={INSET.start} x2={width - INSET.end} y1={y(tick)} y2={y(tick)} />
              <text className="line-chart-text" x={INSET.start - 6} y={y(tick)} textAnchor="end" dominantBaseline="middle">
                {format(tick)}
              </text>
            </g>
          ))}
          {axisTicks(fromMs, toMs, timeZone, narrow).map((atMs) => (
            <g key={atMs}>
              <line className="line-chart-tick" x1={x(atMs)} x2={x(atMs)} y1={HEIGHT - INSET.bottom} y2={HEIGHT - INSET.bottom + 4} />
              <text className="line-chart-text" x={x(atMs)} y={HEIGHT - 5} textAnchor={anchorOf(x(atMs), width)}>
                {toMs - fromMs <= 2 * DAY_MS ? clockWords(atMs, timeZone) : dayOf(dayWords(atMs, language, timeZone, toMs))}
              </text>
            </g>
          ))}
          {limit !== undefined && <line className="line-chart-limit" x1={INSET.start} x2={width - INSET.end} y1={y(limit)} y2={y(limit)} />}
          {unbroken(points, stepMs).map((piece) => (
            <path
              key={piece[0]?.atMs}
              className="line-chart-line"
              // A single point is drawn as a short line, or it would not be seen.
              d={piece.length === 1 && piece[0] ? `M${place(piece[0])}h1.5` : `M${piece.map(place).join('L')}`}
            />
          ))}
          {marks?.map((atMs) => (
            <path key={atMs} className="line-chart-mark" d={`M${x(atMs).toFixed(1)} ${HEIGHT - INSET.bottom - 9}l4 8h-8z`} />
          ))}
          {shown !== undefined && (
            <g>
              <line className="line-chart-cursor" x1={x(shown.atMs)} x2={x(shown.atMs)} y1={INSET.top} y2={HEIGHT - INSET.bottom} />
              <circle className="line-chart-dot" cx={x(shown.atMs)} cy={y(shown.value)} r={4} />
            </g>
          )}
        </svg>
      </div>
      {marks !== undefined && marks.length > 0 && (
        <p className="line-chart-legend">
          <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden focusable="false">
            <path className="line-chart-mark" d="M6 1l5 10h-10z" />
          </svg>
          {markLabel}
        </p>
      )}
      <details className="line-chart-values">
        <summary>{t('fleet.chart.table')}</summary>
        <ValueTable label={label} unit={unit} points={points} moment={moment} format={format} />
      </details>
    </figure>
  );
}

/** Newest first, as one looks for them. */
function ValueTable({
  label,
  unit,
  points,
  moment,
  format,
}: {
  label: string;
  unit: string;
  points: readonly ChartPoint[];
  moment(atMs: number): string;
  format(value: number): string;
}) {
  const { t } = useWords();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls must be reached by the keyboard, or its end is out of reach
    <div className="line-chart-table" tabIndex={0} role="group" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('fleet.chart.time')}</th>
            <th scope="col">{`${label} (${unit})`}</th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.atMs}>
              <th scope="row">{moment(point.atMs)}</th>
              <td>{format(point.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function widened(least: number, most: number, span: number): [number, number] {
  const more = Math.max(0, span - (most - least)) / 2;
  // What cannot be less than nothing does not get an axis that says so.
  return [least >= 0 ? Math.max(0, least - more) : least - more, most + more];
}

function axisTicks(fromMs: number, toMs: number, timeZone: string, narrow: boolean): number[] {
  const spanMs = toMs - fromMs;
  const stepMs =
    spanMs <= 2 * DAY_MS ? (narrow ? 6 : 3) * HOUR_MS : spanMs <= 8 * DAY_MS ? (narrow ? 2 : 1) * DAY_MS : (narrow ? 21 : 7) * DAY_MS;
  return timeTicks(fromMs, toMs, stepMs, offsetMsOf(toMs, timeZone));
}

/** What the place is ahead of UTC at that moment. */
function offsetMsOf(atMs: number, timeZone: string): number {
  const local = new Date(atMs).toLocaleString('sv-SE', { timeZone });
  return Math.round((Date.parse(`${local.replace(' ', 'T')}Z`) - atMs) / 60_000) * 60_000;
}

function anchorOf(x: number, width: number): 'start' | 'middle' | 'end' {
  return x > width - 30 ? 'end' : x < 30 ? 'start' : 'middle';
}

/** «Παρ 21 Νοε» without its weekday, for which there is no room. */
function dayOf(words: string): string {
  return words.replace(/^\S+ /, '');
}

function useWidth(frame: { readonly current: HTMLElement | null }): number {
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

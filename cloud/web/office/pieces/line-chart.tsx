import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react';
import { momentWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { type ChartPoint, nearest, niceTicks, unbroken } from './chart-rules.ts';
import { INSET, placeOf, type Span, TimeAxis, useWidth } from './time-axis.tsx';
import { ValueTable } from './value-table.tsx';
import './line-chart.css';

const HEIGHT = 168;

/**
 * One line over time, drawn by hand: axis with units, and gaps where nothing was measured. The keyboard and screen readers go from point to point as on a slider; all values stand in a
 * table too.
 */
export function LineChart({
  label,
  unit,
  points,
  span,
  limit,
  leastSpan,
  format,
}: {
  label: string;
  unit: string;
  points: readonly ChartPoint[];
  span: Span;
  /** A line from where on it is too much, or too little. */
  limit?: number;
  /** The axis shows at least so much, so that what hardly changes looks so. */
  leastSpan: number;
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
  const { fromMs, toMs, stepMs, timeZone } = span;
  const x = (atMs: number) => placeOf(atMs, span, width);
  const y = (value: number) => INSET.top + ((top - value) / (top - bottom)) * (HEIGHT - INSET.top - INSET.bottom);
  const place = ({ atMs, value }: ChartPoint) => `${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`;
  const moment = (atMs: number) => momentWords(atMs, language, timeZone, toMs);
  const words = (point: ChartPoint) => t('fleet.chart.point', { time: moment(point.atMs), value: format(point.value), unit });
  const shown = active === null ? undefined : points[Math.min(active, points.length - 1)];

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
          <TimeAxis span={span} width={width} height={HEIGHT} />
          {limit !== undefined && <line className="line-chart-limit" x1={INSET.start} x2={width - INSET.end} y1={y(limit)} y2={y(limit)} />}
          {unbroken(points, stepMs).map((piece) => (
            <path
              key={piece[0]?.atMs}
              className="line-chart-line"
              // A single point is drawn as a short line, or it would not be seen.
              d={piece.length === 1 && piece[0] ? `M${place(piece[0])}h1.5` : `M${piece.map(place).join('L')}`}
            />
          ))}
          {shown !== undefined && (
            <g>
              <line className="line-chart-cursor" x1={x(shown.atMs)} x2={x(shown.atMs)} y1={INSET.top} y2={HEIGHT - INSET.bottom} />
              <circle className="line-chart-dot" cx={x(shown.atMs)} cy={y(shown.value)} r={4} />
            </g>
          )}
        </svg>
      </div>
      <details className="line-chart-values">
        <summary>{t('fleet.chart.table')}</summary>
        <ValueTable
          label={label}
          head={[t('fleet.chart.time'), `${label} (${unit})`]}
          rows={points.map(({ atMs, value }) => ({ atMs, cells: [moment(atMs), format(value)] }))}
        />
      </details>
    </figure>
  );
}

function widened(least: number, most: number, span: number): [number, number] {
  const more = Math.max(0, span - (most - least)) / 2;
  // What cannot be less than nothing does not get an axis that says so.
  return [least >= 0 ? Math.max(0, least - more) : least - more, most + more];
}

import { useRef } from 'react';
import { momentWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { periodsOf } from './chart-rules.ts';
import { INSET, placeOf, type Span, TimeAxis, useWidth } from './time-axis.tsx';
import { ValueTable } from './value-table.tsx';
import './line-chart.css';

const HEIGHT = 48;
const LEAST_WIDTH_PX = 2;

/** When something went on, as bars along the same axis as the lines above, and in words: how often, and from when until when each time. */
export function PeriodStrip({
  label,
  stepsMs,
  span,
}: {
  label: string;
  /** The steps in which it happened, oldest first. */
  stepsMs: readonly number[];
  span: Span;
}) {
  const { t, language } = useWords();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const periods = periodsOf(stepsMs, span.stepMs);
  const last = periods.at(-1);
  if (last === undefined) return null;
  const moment = (atMs: number) => momentWords(atMs, language, span.timeZone, span.toMs);
  const x = (atMs: number) => placeOf(atMs, span, width);
  const [top, foot] = [INSET.top, HEIGHT - INSET.bottom];
  return (
    <figure className="line-chart">
      <figcaption>
        <span className="line-chart-name">{label}</span>
        <span className="line-chart-value">{t('fleet.chart.periods', { count: periods.length, last: moment(last.fromMs) })}</span>
      </figcaption>
      <div ref={frame} className="period-strip">
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden focusable="false">
          <line className="line-chart-grid" x1={INSET.start} x2={width - INSET.end} y1={foot} y2={foot} />
          <TimeAxis span={span} width={width} height={HEIGHT} />
          {periods.map(({ fromMs, toMs }) => (
            <rect
              key={fromMs}
              className="period-strip-bar"
              x={x(fromMs)}
              y={top}
              width={Math.max(LEAST_WIDTH_PX, x(toMs) - x(fromMs))}
              height={foot - top}
            />
          ))}
        </svg>
      </div>
      <details className="line-chart-values">
        <summary>{t('fleet.chart.periodTable')}</summary>
        <ValueTable
          label={label}
          head={[t('fleet.chart.from'), t('fleet.chart.until')]}
          rows={periods.map(({ fromMs, toMs }) => ({ atMs: fromMs, cells: [moment(fromMs), moment(toMs)] }))}
        />
      </details>
    </figure>
  );
}

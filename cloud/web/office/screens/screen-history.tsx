import { type DeviceDetail, type DeviceHistory, type HistoryPoint, HistoryRange } from '@concierge/contract/http/fleet.ts';
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useWords } from '../i18n.ts';
import { LineChart } from '../pieces/line-chart.tsx';
import { PeriodStrip } from '../pieces/period-strip.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { FeatureLock, LockSign } from '../plan/feature-lock.tsx';
import { useHasFeature } from '../plan/queries.ts';
import { historyQuery, thresholdsQuery } from './fleet-queries.ts';
import { PLACE } from './screen-rules.ts';

/** How the machine has fared, as lines over time. */
export function ScreenHistory({
  device,
  range,
  onRange,
}: {
  device: DeviceDetail;
  range: HistoryRange;
  onRange(range: HistoryRange): void;
}) {
  const { t } = useWords();
  const id = useId();
  const has = useHasFeature();
  const isLocked = (each: HistoryRange) => each === 'quarter' && !has('long-history');
  const locked = isLocked(range);
  const { data, error, refetch } = useQuery({ ...historyQuery(device.id, range), enabled: !locked });
  return (
    <>
      <div className="history-range">
        <span id={id} className="visually-hidden">
          {t('fleet.range.label')}
        </span>
        <SegmentedControl
          aria-labelledby={id}
          value={range}
          onChange={(value) => onRange(HistoryRange.parse(value))}
          data={HistoryRange.options.map((value) => ({
            value,
            label: isLocked(value) ? (
              <>
                {t(`fleet.range.${value}`)} <LockSign />
              </>
            ) : (
              t(`fleet.range.${value}`)
            ),
          }))}
        />
      </div>
      {locked && <FeatureLock feature="long-history" />}
      {!locked &&
        data === undefined &&
        (error === null ? <ListSkeleton rows={4} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />)}
      {!locked && data?.points.length === 0 && <p className="muted">{t('fleet.noHistory')}</p>}
      {!locked && data !== undefined && data.points.length > 0 && <Charts history={data} />}
    </>
  );
}

function Charts({ history }: { history: DeviceHistory }) {
  const { t, language } = useWords();
  const { data: row } = useQuery(thresholdsQuery);
  const span = {
    fromMs: Date.parse(history.from),
    toMs: Date.parse(history.to),
    stepMs: history.stepSeconds * 1_000,
    timeZone: PLACE,
  };
  const series = (of: (point: HistoryPoint) => number | null) =>
    history.points.flatMap((point) => {
      const value = of(point);
      return value === null ? [] : [{ atMs: Date.parse(point.at), value }];
    });
  const format = (digits: number) => (value: number) => value.toLocaleString(language, { maximumFractionDigits: digits });
  const gibibytes = (mebibytes: number | null) => (mebibytes === null ? null : mebibytes / 1_024);
  return (
    <div className="history-charts">
      <LineChart
        span={span}
        label={t('fleet.series.temperature')}
        unit="°C"
        points={series((point) => point.temperatureCelsius)}
        {...(row === undefined ? {} : { limit: row.thresholds.hotCelsius })}
        leastSpan={10}
        format={format(1)}
      />
      <LineChart
        span={span}
        label={t('fleet.series.memory')}
        unit="GiB"
        points={series((point) => gibibytes(point.memoryAvailableMebibytes))}
        leastSpan={0.5}
        format={format(2)}
      />
      <LineChart
        span={span}
        label={t('fleet.series.disk')}
        unit="GiB"
        points={series((point) => gibibytes(point.diskFreeMebibytes))}
        leastSpan={0.5}
        format={format(2)}
      />
      <LineChart
        span={span}
        label={t('fleet.series.load')}
        unit=""
        points={series((point) => point.loadPerCore)}
        leastSpan={0.5}
        format={format(2)}
      />
      <PeriodStrip
        label={t('fleet.series.power')}
        stepsMs={history.points.filter((point) => point.power).map((point) => Date.parse(point.at))}
        span={span}
      />
      <p className="muted">{t('fleet.worst')}</p>
    </div>
  );
}

import { fitTextOrSmallest } from '../../type/fit-text.ts';
import type { WidgetProps } from '../widget.ts';
import type { ClockSettings } from './schema.ts';
import './clock.css';

/** While nobody knows the time it is empty: a clock that guesses is worse than none. */
export function Clock({ settings, time, room }: WidgetProps<ClockSettings>) {
  if (time === null) return <div className="widget" />;
  const both = settings.shows === 'both';
  const clock = fitTextOrSmallest(time.clock, { width: room.width, height: room.height * (both ? 0.62 : 1) }, [
    'display',
    'title',
    'heading',
    'lead',
    'body',
  ]);
  const day = fitTextOrSmallest(time.day, { width: room.width, height: room.height * (both ? 0.38 : 1) }, [
    'title',
    'heading',
    'lead',
    'body',
  ]);
  return (
    <div className="widget widget-clock">
      {settings.shows !== 'date' && <p className={`widget-clock-time text-${clock.step}`}>{time.clock}</p>}
      {settings.shows !== 'time' && <p className={`text-${day.step}`}>{time.day}</p>}
    </div>
  );
}

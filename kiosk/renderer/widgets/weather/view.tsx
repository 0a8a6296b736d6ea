import type { WeatherFact } from '@concierge/contract/mqtt/facts.ts';
import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { units } from '../../stage/frame-properties.ts';
import { type Room, STEPS, type Step, TITLE_LEADING } from '../../type/fit-text.ts';
import { textWidth } from '../../type/measure.ts';
import { calendarDay, localTime } from '../../words/dates.ts';
import { wordingOf } from '../../words/localized.ts';
import { HEADING_HEIGHT, Heading } from '../heading.tsx';
import type { WidgetProps } from '../widget.ts';
import { currentWeather } from './current-weather.ts';
import type { WeatherSettings } from './schema.ts';
import { SkyDrawing } from './sky-drawing.tsx';
import './weather.css';

/** Strong type and figures run wider than what the measure knows. */
const STRONG = 1.1;
const SOURCE_HEIGHT = 0.95;
const DAYS_HEIGHT = 2.5;
const GAP = 0.7;
/** A drawing and two temperatures take about as much. */
const LEAST_DAY_WIDTH = 4.6;
/** The weather of now is not made smaller than this for anything else. */
const LEAST_NOW_HEIGHT = 3.8;

/** Old weather is none: without weather of now the widget is empty. */
export function Weather({ settings, facts, language, room }: WidgetProps<WeatherSettings>) {
  const current = currentWeather(facts);
  if (current === null) return <div className="widget" />;
  const { fact, today, days } = current;
  const { weather: words } = lobbyStrings[language];
  const place = wordingOf(fact.place, language);
  const clock = words.at.replace('{time}', localTime(Date.parse(fact.measuredAt), facts.timeZone, language).clock);

  // The days before the heading: whose weather it is the last line says as well.
  const most = Math.min(3, Math.floor(room.width / LEAST_DAY_WIDTH));
  const shownDays = settings.shows === 'days' && most > 1 ? days.slice(0, most) : [];
  const linesOf = (first: string) => (textWidth(`${first}   ${words.source}`) * STEPS.fine <= room.width ? 1 : 2);
  const placed = `${place.text}, ${clock}`;
  let left = room.height - GAP / 2 - linesOf(placed) * SOURCE_HEIGHT;
  const withDays = shownDays.length > 0 && left - DAYS_HEIGHT >= LEAST_NOW_HEIGHT;
  if (withDays) left -= DAYS_HEIGHT;
  // With a heading the last line need not name the place, and may be shorter for it.
  const withHeading = left + (linesOf(placed) - linesOf(clock)) * SOURCE_HEIGHT - HEADING_HEIGHT >= LEAST_NOW_HEIGHT;
  if (withHeading) left += (linesOf(placed) - linesOf(clock)) * SOURCE_HEIGHT - HEADING_HEIGHT;

  const sky = skyWords(fact.now, language);
  const range =
    today === null ? [] : [words.range.replace('{lowest}', degrees(today.lowestC)).replace('{highest}', degrees(today.highestC))];
  const now = layoutOfNow({ width: room.width, height: left }, degrees(fact.now.temperatureC), sky, [
    ...range,
    windWords(fact.now, language),
  ]);
  return (
    <section className="widget widget-weather">
      {withHeading && <Heading wording={{ ...place, text: `${words.heading} · ${place.text}` }} room={room} />}
      <div className="widget-weather-now" style={{ '--drawing': units(now.drawing), '--degrees': units(now.degrees) }}>
        <SkyDrawing sky={fact.now.sky} isDay={fact.now.isDay} />
        <div className="widget-weather-words">
          <div className="widget-weather-first" data-inline={now.isInline || undefined}>
            <p className="widget-weather-degrees">{degrees(fact.now.temperatureC)}</p>
            <p className={`widget-weather-sky text-${now.skyStep}`}>{sky}</p>
          </div>
          {now.lines.map((line) => (
            <p key={line} className={`text-${now.step}`}>
              {line}
            </p>
          ))}
        </div>
      </div>
      {withDays && (
        <ul className="widget-weather-days">
          {shownDays.map((day) => (
            <li key={day.date}>
              <SkyDrawing sky={day.sky} isDay />
              <div>
                <p className="text-fine">{calendarDay(day.date, language).split(' ')[0]}</p>
                <p className="text-small">
                  <strong>{degrees(day.highestC)}</strong> {degrees(day.lowestC)}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
      <div className="widget-weather-source">
        <p className="text-fine" lang={withHeading ? language : place.language}>
          {withHeading ? clock : placed}
        </p>
        <p className="text-fine" lang="en">
          {words.source}
        </p>
      </div>
    </section>
  );
}

interface NowLayout {
  /** Both in units. */
  readonly drawing: number;
  readonly degrees: number;
  /** The sky's word stands beside the degrees, not below them. */
  readonly isInline: boolean;
  readonly skyStep: Step;
  readonly lines: readonly string[];
  readonly step: Step;
}

/** The least height of the degrees, and the most, in units. */
const DEGREES = { least: 1.6, most: 3.4 } as const;

/** The drawing beside the degrees; as many of the lines as there is room for, before anything is made larger. */
function layoutOfNow(room: Room, degreesText: string, sky: string, lines: readonly string[]): NowLayout {
  const drawing = Math.min(room.height, room.width * 0.36, 5.6);
  const width = room.width - drawing - GAP;
  const degreesWidth = textWidth(degreesText) * STRONG;
  const widthAt = (text: string, step: Step) => textWidth(text) * STRONG * STEPS[step];
  for (let count = lines.length; count >= 0; count -= 1) {
    for (const step of ['body', 'small', 'fine'] as const) {
      const shown = { drawing, lines: lines.slice(0, count), step };
      if (shown.lines.some((line) => widthAt(line, step) > width)) continue;
      const height = Math.min(DEGREES.most, room.height - count * STEPS[step] * TITLE_LEADING);
      if (height < DEGREES.least) continue;
      for (const skyStep of ['lead', 'body'] as const) {
        if (degreesWidth * height + GAP + widthAt(sky, skyStep) <= width) return { ...shown, degrees: height, isInline: true, skyStep };
      }
      for (const skyStep of ['lead', 'body', 'small'] as const) {
        const above = Math.min(width / degreesWidth, DEGREES.most, room.height - (count * STEPS[step] + STEPS[skyStep]) * TITLE_LEADING);
        if (above >= DEGREES.least && widthAt(sky, skyStep) <= width) return { ...shown, degrees: above, isInline: false, skyStep };
      }
    }
  }
  return { drawing, degrees: DEGREES.least, isInline: false, skyStep: 'fine', lines: [], step: 'fine' };
}

/** A true minus sign, as wide as a figure. */
function degrees(celsius: number): string {
  return `${String(celsius).replace('-', '\u2212')}°`;
}

function skyWords({ sky, isDay }: WeatherFact['now'], language: Language): string {
  const { skies, clearNight } = lobbyStrings[language].weather;
  return sky === 'clear' && !isDay ? clearNight : skies[sky];
}

function windWords({ windBeaufort, windFrom }: WeatherFact['now'], language: Language): string {
  const { calm, wind, winds } = lobbyStrings[language].weather;
  return windBeaufort === 0 ? calm : wind.replace('{from}', winds[windFrom]).replace('{force}', String(windBeaufort));
}

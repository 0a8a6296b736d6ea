import { localMoment } from '@concierge/kernel/local-moment.ts';
import { describe, expect, it } from 'vitest';
import { SAMPLE_NOW_MS, sampleFacts } from '../sample-facts.ts';
import { currentWeather } from './current-weather.ts';

const { weather } = sampleFacts;
const HOUR_MS = 3_600_000;
const at = (nowMs: number) => currentWeather({ weather, nowMs, moment: localMoment(nowMs, 'Europe/Athens') });
const untilMs = Date.parse(weather.showUntil);

describe('currentWeather', () => {
  it('is there until the moment it names, and gone from then on', () => {
    expect(at(SAMPLE_NOW_MS)?.fact).toBe(weather);
    expect(at(untilMs - 1)?.fact).toBe(weather);
    expect(at(untilMs)).toBeNull();
    expect(at(untilMs + 400 * 24 * HOUR_MS)).toBeNull();
  });

  it('is not there for a clock that nobody trusts, or that lies before the weather was', () => {
    expect(currentWeather({ weather, nowMs: null, moment: null })).toBeNull();
    expect(at(0)).toBeNull();
    expect(at(Date.parse(weather.measuredAt) - HOUR_MS)).toBeNull();
    expect(at(Date.parse(weather.measuredAt) - HOUR_MS / 4)?.fact).toBe(weather);
  });

  it('tells today by the building’s calendar, also after midnight without the cloud', () => {
    expect(at(SAMPLE_NOW_MS)).toMatchObject({
      today: { date: '2025-11-21' },
      days: [{ date: '2025-11-22' }, { date: '2025-11-23' }, { date: '2025-11-24' }],
    });
    const late = { ...weather, measuredAt: '2025-11-21T21:30:00.000Z', showUntil: '2025-11-22T00:30:00.000Z' };
    const nowMs = Date.parse('2025-11-21T22:10:00.000Z');
    expect(currentWeather({ weather: late, nowMs, moment: localMoment(nowMs, 'Europe/Athens') })).toMatchObject({
      today: { date: '2025-11-22' },
      days: [{ date: '2025-11-23' }, { date: '2025-11-24' }],
    });
  });
});

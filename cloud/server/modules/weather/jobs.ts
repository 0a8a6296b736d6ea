import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Subscription } from '#platform/outbox/outbox.ts';
import type { WeatherPoll } from './poll.ts';

/** Answers "a building shows another place": one run for however many said so. */
export const askForWeather: Subscription = { task: 'weather.ask', key: () => '' };

export function weatherJobs(poll: WeatherPoll): Job[] {
  return [{ task: askForWeather.task, run: () => poll.run() }];
}

/** Looks every five minutes for places that are due; each is due about every half hour. */
export function weatherClock(poll: WeatherPoll): PeriodicJob {
  return { task: 'weather.poll', crontab: '*/5 * * * *', run: () => poll.run() };
}

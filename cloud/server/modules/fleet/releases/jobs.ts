import type { PeriodicJob } from '#platform/jobs/jobs.ts';

/** Every minute the rollout is looked at; by one replica at a time, so that no more devices are busy at once than the plan allows. */
export function rolloutClock(rollouts: { look(): Promise<void> }): PeriodicJob {
  return { task: 'fleet.rollout', crontab: '* * * * *', locks: () => ({ alone: ['rollout'] }), run: () => rollouts.look() };
}

/** Every hour, which is often enough for what is renewed a day before its end; by one replica at a time. */
export function timestampClock(timestamps: { renew(): Promise<void> }): PeriodicJob {
  return {
    task: 'fleet.release-timestamps',
    crontab: '11 * * * *',
    locks: () => ({ alone: ['release-timestamps'] }),
    run: () => timestamps.renew(),
  };
}

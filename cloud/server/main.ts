import { isDatabaseLoss } from '#platform/database/database.ts';
import { startCloud } from './cloud.ts';
import { createLog } from './log.ts';
import { readSettings } from './settings.ts';

const read = readSettings(process.env);
if (!read.ok) {
  process.stderr.write(
    `The cloud cannot start, because of these settings:\n${read.faults.map((fault) => `  ${fault}`).join('\n')}\nAll of them are described in docs/generated/settings.md.\n`,
  );
  process.exit(78);
}
const logger = createLog(read.settings.LOG_LEVEL);

try {
  const cloud = await startCloud(read.settings, logger);
  let stopping = false;
  const stop = (reason: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping');
    // A part that hangs must not keep the process: the next start is built to find a mess.
    setTimeout(() => process.exit(1), 15_000).unref();
    void cloud.stop().then(() => process.exit(0));
  };
  // The job queue has places where a lost database surfaces with nobody to catch it. Its workers are replaced; anything else ends the process, as it would without us.
  process.on('unhandledRejection', (reason) => {
    if (!isDatabaseLoss(reason)) {
      logger.fatal({ err: reason }, 'something failed unnoticed');
      process.exit(1);
    }
    logger.error({ err: reason }, 'the database was lost under the job queue; its workers are replaced');
    cloud.restartJobs();
  });
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  // The demo's launcher is gone: nobody would stop us any more.
  process.on('disconnect', () => stop('the launcher is gone'));
  logger.info({ url: cloud.url, broker: cloud.brokerUrl }, 'ready');
  process.send?.({ ready: true, url: cloud.url, brokerUrl: cloud.brokerUrl, databaseUrl: cloud.databaseUrl });
} catch (error) {
  logger.fatal({ err: error }, 'the cloud could not start');
  process.exit(1);
}

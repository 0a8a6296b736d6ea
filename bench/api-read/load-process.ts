import autocannon from 'autocannon';
import { z } from 'zod';
import { LoadOrder, type LoadReport } from './protocol.ts';

/** Makes the load in a process of its own. Requests come from many addresses, as through a proxy: one address alone would meet the rate limit. */

const ADDRESSES = 1_000;

const Report = z.object({
  requests: z.object({ average: z.number() }),
  latency: z.object({ p50: z.number(), p99: z.number() }),
  non2xx: z.int(),
  errors: z.int(),
});

process.on('message', (message) => {
  void (async () => {
    const { url, path, cookie, connections, durationSeconds } = LoadOrder.parse(message);
    const requests = Array.from({ length: ADDRESSES }, (_, index) => ({
      method: 'GET',
      path,
      headers: { cookie, 'x-forwarded-for': `198.18.${index >> 8}.${index & 255}` },
    }));
    const result = Report.parse(await autocannon({ url, connections, duration: durationSeconds, requests }));
    const report: LoadReport = {
      requestsPerSecond: result.requests.average,
      latencyMedianMs: result.latency.p50,
      latencyP99Ms: result.latency.p99,
      failures: result.non2xx + result.errors,
    };
    process.send?.(report);
  })();
});
process.on('disconnect', () => process.exit(0));

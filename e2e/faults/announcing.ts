import { setTimeout as sleep } from 'node:timers/promises';
import { TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';

/**
 * An office that posts announcements one after the other and, like our own pages, sends each again with the same Idempotency-Key until it is answered. It records every status it saw.
 */
export function announcing(url: () => string, login: { email: string; password: string }, buildingId: string) {
  const statuses = new Map<number, number>();
  const acknowledged: string[] = [];
  let stopping = false;

  async function attempt(browser: TestBrowser, title: string): Promise<boolean> {
    try {
      const reply = await browser.request(
        'POST',
        '/api/announcements',
        { buildingId, category: 'general', title: { el: title, en: null } },
        { 'idempotency-key': `fault-${title.replace(/\D/g, '').padStart(8, '0')}` },
      );
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      if (reply.status === 401) await browser.logIn(login);
      return reply.status === 201;
    } catch {
      // The connection broke: nobody knows whether it was taken. That is what the key is for.
      statuses.set(0, (statuses.get(0) ?? 0) + 1);
      return false;
    }
  }

  async function run(): Promise<void> {
    const browser = new TestBrowser(url());
    for (let number = 1; !stopping || number === 1; number += 1) {
      const title = `Ανακοίνωση ${number}`;
      while (!(await attempt(browser, title))) await sleep(100);
      acknowledged.push(title);
      await sleep(20);
    }
  }

  const done = run();
  return {
    /** Resolves when the office is at work: logged in, and its first announcement acknowledged. */
    async atWork(): Promise<void> {
      while (acknowledged.length === 0) await sleep(20);
    },
    statuses,
    acknowledged,
    async finish(): Promise<void> {
      stopping = true;
      await done;
    },
  };
}

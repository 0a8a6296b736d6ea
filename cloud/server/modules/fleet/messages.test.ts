import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { type TopicName, topicFilterOfAllDevices, topicOf, topics } from '@concierge/contract/topics.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DatabaseUnavailable } from '#platform/database/database.ts';
import type { MessageHandler } from '#platform/mqtt/messenger.ts';
import { aPicture } from '../../testing/a-picture.ts';
import { aReport } from '../../testing/a-report.ts';
import { listenToDevices } from './messages.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'Date'], now: Date.UTC(2026, 10, 22) }));
afterEach(() => vi.useRealTimers());

const HOUR_MS = 3_600_000;
const at = '2026-11-22T00:00:00.000Z';

/** The cloud's ear, behind a broker that lets everything through. `heard` are the calls that followed, by kind. */
function listening() {
  const handlers = new Map<string, MessageHandler>();
  const heard: string[] = [];
  const lines: string[] = [];
  let away = false;
  const hears = (what: string) => async () => {
    if (away) throw new DatabaseUnavailable(new Error('it is away'));
    heard.push(what);
  };
  listenToDevices({
    messenger: { onMessage: (filter, handler) => handlers.set(filter, handler) },
    reports: { status: hears('status'), reported: hears('reported'), event: hears('event'), commandResult: hears('commandResult') },
    reception: { telemetry: hears('telemetry') },
    twins: { connected: hears('connected') },
    timeAnswers: { answer: hears('time') },
    logger: pino({ level: 'warn' }, { write: (line) => lines.push(line) }),
    nowMs: () => Date.now(),
  });
  return {
    heard,
    lines,
    goesAway: (isAway: boolean) => {
      away = isAway;
    },
    says(deviceId: string, name: TopicName, message: unknown) {
      const payload = typeof message === 'string' ? message : JSON.stringify(message);
      handlers.get(topicFilterOfAllDevices(name))?.(topicOf(name, deviceId, randomUUID()), Buffer.from(payload), false);
    },
    count: (what: string) => heard.filter((each) => each === what).length,
  };
}
async function settled(): Promise<void> {
  for (let rounds = 0; rounds < 50; rounds += 1) await turn();
}
/** Until all that was taken has been done: fifty pieces of a device every ten seconds. */
async function passes(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10_000) {
    vi.advanceTimersByTime(Math.min(10_000, ms - passed));
    await settled();
  }
}
const anEvent = (event: DeviceEvent['event'], detail: string | null = null): DeviceEvent => ({
  id: randomUUID(),
  event,
  detail,
  agentVersion: '1.0.0',
  at,
});

describe('what a device says', () => {
  it.each<[TopicName, unknown]>([
    ['status', { online: true, agentVersion: '1.0.0' }],
    ['reported', aReport()],
    ['commandResult', { id: randomUUID(), outcome: 'done', at }],
    ['event', anEvent('started')],
    ['telemetry', { ...aPicture, at }],
  ])('on %s is heard up to its size and not beyond it, whatever its broker lets through', async (name, message) => {
    const { says, heard, lines } = listening();
    const padded = (bytes: number) => JSON.stringify(message).padEnd(bytes, ' ');
    says(randomUUID(), name, padded(topics[name].maxBytes + 1));
    await settled();
    expect([heard, lines.length]).toEqual([[], 1]);
    says(randomUUID(), name, padded(topics[name].maxBytes));
    await settled();
    expect(heard).toEqual([name]);
  });

  it.each<[string, string, number, () => unknown, TopicName]>([
    ['events', 'event', 120, () => anEvent('started'), 'event'],
    ['pictures', 'telemetry', 60, () => ({ ...aPicture, at }), 'telemetry'],
    ['questions for the time', 'time', 120, () => anEvent('time-asked'), 'event'],
    ['hellos', 'connected', 240, () => anEvent('connected', randomUUID()), 'event'],
  ])('of %s is heard so often within an hour, and of another one as ever', async (_what, kind, perHour, message, name) => {
    const { says, count } = listening();
    const [noisy, calm] = [randomUUID(), randomUUID()];
    for (let round = 0; round < perHour + 20; round += 1) {
      says(noisy, name, message());
      // As fast as they are done: no more than so many of one device may wait.
      if (round % 50 === 49) await passes(10_000);
    }
    await passes(60_000);
    const heardOfOne = count(kind);
    expect(heardOfOne).toBeGreaterThanOrEqual(perHour);
    expect(heardOfOne).toBeLessThan(perHour + 10);
    says(calm, name, message());
    await settled();
    expect(count(kind)).toBe(heardOfOne + 1);
  });

  it('without end is not even read', async () => {
    const { says, count, lines } = listening();
    const [noisy, calm] = [randomUUID(), randomUUID()];
    for (let round = 0; round < 4_000; round += 1) says(noisy, 'commandResult', 'no JSON');
    says(noisy, 'reported', aReport());
    says(calm, 'reported', aReport());
    await settled();
    expect([count('reported'), lines.length]).toEqual([1, 1]);
    vi.setSystemTime(Date.now() + HOUR_MS);
    says(noisy, 'reported', aReport());
    await settled();
    expect(count('reported')).toBe(2);
  });

  it('and is not understood is one line an hour, however often it is said', async () => {
    const { says, lines } = listening();
    const device = randomUUID();
    for (let round = 0; round < 50; round += 1) says(device, 'reported', { mood: 'calm' });
    expect(lines).toHaveLength(1);
    says(randomUUID(), 'reported', { mood: 'calm' });
    expect(lines).toHaveLength(2);
    vi.setSystemTime(Date.now() + HOUR_MS);
    says(device, 'reported', { mood: 'calm' });
    expect(lines).toHaveLength(3);
  });

  it('while the database is away is heard when it is back: the newest of what holds now, and each event and answer', async () => {
    const { says, heard, goesAway, lines } = listening();
    const device = randomUUID();
    goesAway(true);
    says(device, 'status', { online: false, agentVersion: '1.0.0' });
    says(device, 'status', { online: true, agentVersion: '1.0.0' });
    says(device, 'event', anEvent('started'));
    says(device, 'commandResult', { id: randomUUID(), outcome: 'done', at });
    await settled();
    await passes(120_000);
    expect(heard).toEqual([]);
    goesAway(false);
    await passes(30_000);
    expect(heard).toEqual(['status', 'event', 'commandResult']);
    // Told once for each rest, not once for each message.
    expect(lines.length).toBeLessThan(12);
  });
});

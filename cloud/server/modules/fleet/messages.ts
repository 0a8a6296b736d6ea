import { CommandResult } from '@concierge/contract/mqtt/command.ts';
import { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { Reported } from '@concierge/contract/mqtt/reported.ts';
import { DeviceStatus } from '@concierge/contract/mqtt/status.ts';
import { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { readNewerForm } from '@concierge/contract/newer-form.ts';
import { parseTopic, type TopicName, topicFilterOfAllDevices, topics } from '@concierge/contract/topics.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { isDatabaseLoss } from '#platform/database/database.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import { createFairTurns } from './fair-turns.ts';
import { messageAllowance } from './message-allowance.ts';
import type { Hearing, Reports } from './reports.ts';
import type { Reception } from './telemetry/reception.ts';
import type { TimeAnswers } from './time-answers.ts';
import type { Twins } from './twins/twins.ts';

/** All that a device says, of whatever kind. Nothing is even read beyond it: it is more than one says that is cut off and comes back every few seconds. */
const MESSAGES_PER_HOUR = 3_000;
const MAX_HANDLED_AT_ONCE = 8;
const MAX_WAITING = 20_000;
const MAX_WAITING_OF_ONE = 200;
/** What one says within ten seconds when it comes back after weeks is less; what says more goes round in circles. */
const BURST = 50;
const WINDOW_MS = 10_000;
/** A device that repeats itself endlessly is heard this often. */
const EVENTS_PER_HOUR = 120;
/** Twelve, those that waited, and some connections. */
const PICTURES_PER_HOUR = 60;
/** One every half minute: what a device asks that is cut off again and again. */
const TIME_ANSWERS_PER_HOUR = 120;
/** Four a minute: two machines that cut each other off as fast as they can. */
const HELLOS_PER_HOUR = 240;
/** That a device is not understood is worth one line of the log. */
const COMPLAINTS_PER_HOUR = 1;
/** How long the database is left alone that was away. */
const REST_MS = { least: 1_000, most: 30_000 };

/**
 * Listens to what devices say. Every replica hears every message, so each handling must be harmless when repeated; the jobs it leads to are folded by their key.
 * A message that does not parse is logged and dropped: the broker has vouched for the sender, not for its sanity.
 */
export function listenToDevices(deps: {
  messenger: Pick<Messenger, 'onMessage'>;
  reports: Reports;
  reception: Pick<Reception, 'telemetry'>;
  twins: Pick<Twins, 'connected'>;
  timeAnswers: TimeAnswers;
  logger: Logger;
  nowMs: () => number;
}): void {
  const { reports } = deps;
  const turns = createFairTurns({
    atOnce: MAX_HANDLED_AT_ONCE,
    mostWaiting: MAX_WAITING,
    mostWaitingOfOne: MAX_WAITING_OF_ONE,
    burst: BURST,
    windowMs: WINDOW_MS,
    isAway: isDatabaseLoss,
    restMs: REST_MS,
    onFailure: (error, kept) =>
      deps.logger.warn({ err: error }, kept ? 'what devices say waits for the database' : 'a device message could not be stored'),
  });
  const maySpeak = messageAllowance(MESSAGES_PER_HOUR, deps.nowMs);
  const mayComplain = messageAllowance(COMPLAINTS_PER_HOUR, deps.nowMs);
  const mayTellEvent = messageAllowance(EVENTS_PER_HOUR, deps.nowMs);
  const maySendPicture = messageAllowance(PICTURES_PER_HOUR, deps.nowMs);
  const maySayHello = messageAllowance(HELLOS_PER_HOUR, deps.nowMs);
  const mayAskTheTime = messageAllowance(TIME_ANSWERS_PER_HOUR, deps.nowMs);

  // Of what holds now only the newest counts; it is never dropped for want of room.
  hear('status', DeviceStatus, (deviceId, status, hearing) =>
    turns.add(deviceId, () => reports.status(deviceId, status, hearing), 'status'),
  );
  hear('reported', Reported, (deviceId, reported, hearing) =>
    turns.add(deviceId, () => reports.reported(deviceId, reported, hearing), 'reported'),
  );
  hear('commandResult', CommandResult, (deviceId, result) => turns.add(deviceId, () => reports.commandResult(deviceId, result)));
  hear('event', DeviceEvent, (deviceId, event) => {
    const { id } = event;
    if (event.event === 'connected') {
      const run = z.uuid().safeParse(event.detail);
      if (run.success && maySayHello(deviceId)) turns.add(deviceId, () => deps.twins.connected(deviceId, { id, run: run.data }));
    } else if (event.event === 'time-asked') {
      if (mayAskTheTime(deviceId)) turns.add(deviceId, () => deps.timeAnswers.answer(deviceId, id));
    } else if (mayTellEvent(deviceId)) turns.add(deviceId, () => reports.event(deviceId, event));
  });
  hear('telemetry', Telemetry, (deviceId, telemetry) => {
    if (maySendPicture(deviceId)) turns.add(deviceId, () => deps.reception.telemetry(deviceId, telemetry));
  });

  function hear<Message>(
    name: TopicName,
    schema: z.ZodType<Message>,
    take: (deviceId: string, message: Message, hearing: Hearing) => void,
  ): void {
    deps.messenger.onMessage(topicFilterOfAllDevices(name), (topic, payload, retained) => {
      const deviceId = parseTopic(topic)?.deviceId;
      if (deviceId === undefined || !z.uuid().safeParse(deviceId).success || payload.length === 0 || !maySpeak(deviceId)) return;
      if (payload.length > topics[name].maxBytes) return complain(deviceId, name, 'a device said more than is listened to');
      const parsed = readNewerForm(schema, jsonOrUndefined(payload));
      if (parsed.success) take(deviceId, parsed.data, { retained });
      else complain(deviceId, name, 'a device said something that does not parse');
    });
  }

  function complain(deviceId: string, topic: TopicName, words: string): void {
    if (mayComplain(deviceId)) deps.logger.warn({ deviceId, topic }, words);
  }
}

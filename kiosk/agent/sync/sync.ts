import { randomUUID } from 'node:crypto';
import type { PaintedFrame } from '@concierge/contract/kiosk/screen.ts';
import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Logger } from 'pino';
import type { CacheIncident, KioskCache } from '../cache/cache.ts';
import type { Clock } from '../clock/clock.ts';
import type { DeviceIdentity } from '../device/identity.ts';
import type { BackOffLimits } from './back-off.ts';
import { createCommandAnswers } from './command-answers.ts';
import { type CommandActions, obey } from './commands.ts';
import { createConnection } from './connection.ts';
import { createEventQueue } from './event-queue.ts';
import type { HeldDocuments } from './held-documents.ts';
import { createReceiver } from './receiver.ts';
import { createReporter } from './reporter.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { createTelemetrySender } from './telemetry-sender.ts';
import { createTimeAsking } from './time-asking.ts';

/** A broker that is only busy lets the device in at one of so many attempts. */
const TURNED_AWAY_FOR_GOOD = 3;

/** The device's side of the wire: takes signed documents in, tells what it holds and shows. */
export interface Sync {
  /** `afresh`: the agent itself has started, and not only its connection. */
  start(afresh: boolean): void;
  stop(): Promise<void>;
  connected(): boolean;
  painted(frame: PaintedFrame): void;
  paintedSequence(): number;
  clockChanged(): void;
  releaseChanged(): void;
  mediaChanged(): void;
  incident(incident: CacheIncident): void;
  /** Says how the wipe of a leaving device goes; resolves with whether the broker has taken it. */
  sayWipe(event: 'decommissioned' | 'wipe-failed', detail: string | null): Promise<boolean>;
  /** Whether the broker does not let this device in, and not for being busy. */
  turnedAway(): boolean;
  /** Whether the word that it leaves was taken back, after it has said that it is wiped. */
  withdrawn(): boolean;
  /** Messages that this version has no use for, since start. */
  ignoredMessages(): number;
}

export function createSync(deps: {
  identity: DeviceIdentity;
  agentVersion: string;
  shell: Reported['shell'];
  held: HeldDocuments;
  cache: KioskCache;
  clock: Clock;
  backOff: BackOffLimits;
  random(): number;
  takesDocuments(): boolean;
  release(): Reported['release'];
  missingMedia(): number;
  readonly actions: CommandActions;
  /** A number of this run of the agent, by which the cloud tells two machines with one identity apart. */
  readonly run: string;
  /** A signed word leads the device to another building. */
  onMoved(move: { buildingId: string; movedAtSequence: number }): void;
  /** A document came by a key that this device does not know. */
  metUnknownKey(): void;
  /** Takes a picture of how the machine fares. */
  measure(): Promise<Telemetry>;
  /** Held documents or the connection changed. */
  onChange(): void;
  logger: Logger;
}): Sync {
  const { identity, agentVersion, held, cache, clock, logger } = deps;
  const { deviceId } = identity;
  let ignoredMessages = 0;
  const wipeEventIds = { decommissioned: randomUUID(), 'wipe-failed': randomUUID() };
  let saidWiped = false;
  let withdrawn = false;

  const reporter = createReporter({
    deviceId,
    agentVersion,
    shell: deps.shell,
    held,
    clock,
    release: deps.release,
    missingMedia: deps.missingMedia,
  });
  const events = createEventQueue({ deviceId, agentVersion, cache, nowMs: () => clock.nowMs() });

  const time = createTimeAsking({ deviceId, agentVersion, clock });
  const telemetry = createTelemetrySender({ deviceId, measure: () => deps.measure(), random: () => deps.random() });

  const receiver = createReceiver({
    identity,
    held,
    cache,
    clock,
    time,
    takesDocuments: () => deps.takesDocuments(),
    onAccepted(kind, sequence) {
      logger.info({ kind, sequence }, 'a new document is held');
      deps.onChange();
      reporter.changed();
    },
    onMoved: deps.onMoved,
    onWithdrawn() {
      withdrawn = saidWiped;
    },
    // Not waited for: the broker's word that it has our answer comes behind the message that is being received.
    onCommand(command) {
      obey(command, {
        cache,
        clock,
        actions: deps.actions,
        answer: (result) => answers.answer(result),
        logger,
      }).catch((error: unknown) => logger.error({ error }, 'a command failed unexpectedly'));
    },
    onRefused(topic, reason) {
      logger.warn({ topic, reason }, 'a document was refused');
      if (reason === 'unknown-key') deps.metUnknownKey();
      if (reporter.refused(topic, reason)) events.add('document-refused', `${topic}: ${reason}`);
    },
    onIgnored(topic) {
      ignoredMessages += 1;
      logger.debug({ topic }, 'a message was ignored');
    },
  });

  const answers = createCommandAnswers({ deviceId, publish: (message) => connection.publish(message) });

  const connection = createConnection({
    brokerUrl: identity.brokerUrl,
    clientId: deviceId,
    keyPem: identity.keyPem,
    certificatePem: identity.certificatePem,
    authorityPem: identity.authorityPem,
    clock,
    will: status(false),
    ...subscriptionsOf(deviceId),
    onMessage: (message) => receiver.receive(message),
    onConnected() {
      void connection.publish(status(true));
      void connection.publish(event('connected', deps.run));
      reporter.connected();
      telemetry.connected();
      time.connected();
      events.drain();
      void answers.connected();
      deps.onChange();
    },
    onDisconnected: () => deps.onChange(),
    backOff: deps.backOff,
    random: () => deps.random(),
    logger,
  });

  function turnedAway(): boolean {
    return connection.turnedAway() >= TURNED_AWAY_FOR_GOOD;
  }

  function status(online: boolean) {
    return { topic: topicOf('status', deviceId), payload: JSON.stringify({ online, agentVersion }), retain: true };
  }

  /** One that is said now or not at all. */
  function event(name: DeviceEvent['event'], detail: string | null, id: string = randomUUID()) {
    const said: DeviceEvent = { id, event: name, detail, agentVersion, at: new Date(clock.nowMs()).toISOString() };
    return { topic: topicOf('event', deviceId), payload: JSON.stringify(said), retain: false };
  }

  return {
    start(afresh) {
      reporter.start(connection);
      telemetry.start(connection);
      time.start(connection);
      events.start(connection);
      if (afresh) events.add('started', null);
      connection.start();
    },
    async stop() {
      reporter.stop();
      telemetry.stop();
      time.stop();
      events.stop();
      await connection.stop(status(false));
    },
    connected: () => connection.connected(),
    painted: (frame) => reporter.painted(frame),
    paintedSequence: () => reporter.paintedSequence(),
    clockChanged() {
      reporter.changed();
      connection.clockChanged();
      time.clockChanged();
    },
    releaseChanged: () => reporter.changed(),
    mediaChanged: () => reporter.changed(),
    incident(incident) {
      events.add(incident, null);
    },
    sayWipe(name, detail) {
      saidWiped ||= name === 'decommissioned';
      return connection.publish(event(name, detail, wipeEventIds[name]));
    },
    turnedAway,
    withdrawn: () => withdrawn,
    ignoredMessages: () => ignoredMessages,
  };
}

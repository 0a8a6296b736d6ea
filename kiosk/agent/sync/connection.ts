import type { TLSSocket } from 'node:tls';
import { type IPublishPacket, MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Clock } from '../clock/clock.ts';
import { type BackOffLimits, nextWaitMs, restOfWaitMs } from './back-off.ts';
import { type BrokerSocket, openBrokerSocket } from './broker-socket.ts';
import type { IncomingMessage } from './receiver.ts';

/** One device's connection to its broker, kept up for ever with waits between the attempts. */
export interface Connection {
  start(): void;
  /** Says good-bye with a last message and closes; never takes longer than half a second. */
  stop(lastMessage: OutgoingMessage): Promise<void>;
  connected(): boolean;
  /** How often in a row a broker that had proven to be the broker has not let this device in, since it last did. */
  turnedAway(): number;
  /** More may be known of the time: a broker that was let in while nobody knew it is judged again. */
  clockChanged(): void;
  /** Whether the broker acknowledged the message. False at once when there is no connection. */
  publish(message: OutgoingMessage): Promise<boolean>;
}

export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

const KEEPALIVE_SECONDS = 20;
const CONNECT_TIMEOUT_MS = 15_000;
const PUBLISH_TIMEOUT_MS = 10_000;
const GOOD_BYE_MS = 250;
/**
 * MQTT 3.1.1 cannot tell a broker to send no large packets, and the client library buffers a packet whole. Past this the connection is
 * cut: a broker that sends more is broken or broken into, and the device must not run out of memory for it.
 */
const MAX_PACKET_BYTES = 4_194_304;

export function createConnection(deps: {
  brokerUrl: string;
  clientId: string;
  keyPem: string;
  certificatePem: string;
  authorityPem: string;
  clock: Pick<Clock, 'state' | 'timeBounds'>;
  will: OutgoingMessage;
  subscriptions: readonly string[];
  /** Those that a broker of an older cloud does not know and may refuse. */
  dispensableSubscriptions: readonly string[];
  /** The next message is handed over when the promise settles. */
  onMessage(message: IncomingMessage): Promise<void>;
  onConnected(): void;
  onDisconnected(): void;
  backOff: BackOffLimits;
  random(): number;
  logger: Logger;
}): Connection {
  const { logger } = deps;
  let socket: BrokerSocket | null = null;
  let client: MqttClient | null = null;
  let up = false;
  let stopped = true;
  let waitMs = 0;
  let attemptedAtMs = 0;
  let turnedAway = 0;
  let timer: NodeJS.Timeout | undefined;

  function attempt(): void {
    attemptedAtMs = performance.now();
    try {
      open();
    } catch (error) {
      // The library throws for what TLS cannot use, such as a certificate that decayed on the card after it was checked.
      logger.error({ error }, 'a broker connection could not be tried');
      lost(0);
    }
  }

  function open(): void {
    socket = openBrokerSocket(
      { ...deps, timeoutMs: CONNECT_TIMEOUT_MS },
      deps.clock,
      (verified) => speak(verified),
      (reason) => {
        logger.warn({ error: reason }, 'broker connection error');
        // Until TLS 1.2 the broker's verdict on our certificate comes within the handshake; since then it comes after it.
        if (/\balert\b/.test(reason)) turnedAway += 1;
        lost(0);
      },
    );
  }

  function speak(verified: TLSSocket): void {
    const attempted = new MqttClient(() => verified, {
      protocol: 'mqtts',
      protocolVersion: 4,
      clientId: deps.clientId,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // This file decides when to try again; the library's fixed period would bring a fleet back as one herd.
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      // Else the library keeps a buffer for every number of two bytes, 8 MB of them, to save an agent that sends a message a minute the making of one.
      writeCache: false,
      will: { topic: deps.will.topic, payload: Buffer.from(deps.will.payload), qos: 1, retain: deps.will.retain },
    });
    client = attempted;
    let connectedAtMs: number | null = null;
    let ended = false;

    attempted.handleMessage = (packet: IPublishPacket, done) => {
      void handOver(packet).finally(() => setImmediate(done));
    };
    boundPackets(attempted);
    attempted.on('connect', () => {
      connectedAtMs = performance.now();
      turnedAway = 0;
      subscribe(attempted);
    });
    attempted.on('error', (error) => logger.warn({ error: error.message }, 'broker connection error'));
    attempted.on('close', () => {
      if (ended) return;
      ended = true;
      attempted.end(true);
      if (connectedAtMs === null) turnedAway += 1;
      lost(connectedAtMs === null ? 0 : performance.now() - connectedAtMs);
    });
  }

  function subscribe(attempted: MqttClient): void {
    attempted.subscribe([...deps.subscriptions], { qos: 1 }, (error, granted) => {
      if (attempted !== client || stopped) return;
      const refused = granted?.filter(({ qos }) => qos === 128).map(({ topic }) => topic) ?? [];
      if (error !== null || refused.length > 0) {
        logger.error({ error: error?.message, refused }, 'the broker refused a subscription');
        attempted.stream.destroy();
        return;
      }
      up = true;
      // By itself, because the library reports one refusal as the failure of all that were asked for together.
      attempted.subscribe([...deps.dispensableSubscriptions], { qos: 1 }, (refusal) => {
        if (refusal !== null) logger.warn({ error: refusal.message }, 'the broker knows less than this agent');
      });
      logger.info('connected to the broker');
      deps.onConnected();
    });
  }

  async function handOver(packet: IPublishPacket): Promise<void> {
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    try {
      await deps.onMessage({ topic: packet.topic, payload, retained: packet.retain });
    } catch (error) {
      // A message must never take the agent down; it is acknowledged so that it does not come again.
      logger.error({ error, topic: packet.topic }, 'a message could not be handled');
    }
  }

  function lost(lastedMs: number): void {
    const wasUp = up;
    up = false;
    client = null;
    socket = null;
    if (wasUp) deps.onDisconnected();
    if (stopped) return;
    waitMs = nextWaitMs(deps.backOff, waitMs, lastedMs, deps.random());
    const restMs = lastedMs > 0 ? waitMs : restOfWaitMs(deps.backOff, waitMs, performance.now() - attemptedAtMs);
    logger.info({ waitMs: Math.round(restMs) }, 'not connected to the broker, waiting');
    timer = setTimeout(attempt, restMs);
  }

  function publish(message: OutgoingMessage, timeoutMs: number): Promise<boolean> {
    const through = client;
    if (through === null || !through.connected) return Promise.resolve(false);
    return new Promise((resolve) => {
      // A broker that denies a publish may close without an answer, and then the library never calls back.
      const giveUp = setTimeout(resolve, timeoutMs, false);
      through.publish(message.topic, message.payload, { qos: 1, retain: message.retain }, (error) => {
        clearTimeout(giveUp);
        resolve(error === undefined || error === null);
      });
    });
  }

  return {
    start() {
      stopped = false;
      attempt();
    },
    async stop(lastMessage) {
      stopped = true;
      clearTimeout(timer);
      const leaving = client;
      if (leaving === null) {
        socket?.destroy();
        return;
      }
      await publish(lastMessage, GOOD_BYE_MS);
      await new Promise<void>((resolve) => {
        const giveUp = setTimeout(resolve, GOOD_BYE_MS);
        leaving.end(false, () => {
          clearTimeout(giveUp);
          resolve();
        });
      });
      leaving.end(true);
    },
    connected: () => up,
    turnedAway: () => turnedAway,
    clockChanged() {
      const fault = socket?.fault() ?? null;
      if (fault === null) return;
      logger.error({ fault }, "the broker's certificate is not in force; leaving");
      socket?.destroy();
    },
    publish: (message) => (up ? publish(message, PUBLISH_TIMEOUT_MS) : Promise.resolve(false)),
  };
}

/** Cuts the connection when more bytes than any packet may have arrive without completing one. */
function boundPackets(client: MqttClient): void {
  let pendingBytes = 0;
  client.on('packetreceive', () => {
    pendingBytes = 0;
  });
  client.stream.on('data', (chunk: Uint8Array) => {
    pendingBytes += chunk.length;
    if (pendingBytes > MAX_PACKET_BYTES) client.stream.destroy(new Error('the broker sent a packet larger than any may be'));
  });
}

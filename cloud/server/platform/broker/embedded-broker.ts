import { type EventEmitter, once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { Aedes, type Client } from 'aedes';
import type { Logger } from 'pino';
import { type AccessPolicy, admit, maxDevicePayloadBytes, maxPayloadBytes, maySubscribe, type Peer, whyNotPublish } from './access.ts';
import { boundConnection, type ConnectionBounds } from './bounded-connection.ts';
import { createFlushSchedule } from './gathered-writes.ts';
import { createRetainedPersistence } from './retained-persistence.ts';
import { createTopicEmitter } from './topic-emitter.ts';
import { type BrokerTransport, createTlsTransport, type TlsMaterial } from './transport.ts';

/** The MQTT 3.1.1 broker inside the cloud's process: the default when no external one is configured. */
export interface EmbeddedBroker {
  /** Listens, and says on which port. Any other reason not to listen than a taken port is thrown. */
  start(): Promise<Result<{ readonly port: number }, BrokerStartFailure>>;
  /** Closes every connection (wills are sent first) and the port. */
  stop(): Promise<void>;
  /** Closes the connections of one device at once, as when its certificate has just been revoked. Returns how many there were. */
  disconnect(deviceId: string): number;
  metrics(): BrokerMetrics;
}

export interface BrokerStartFailure {
  readonly kind: 'port-taken';
  readonly port: number;
}

export interface BrokerMetrics {
  readonly connections: number;
  readonly retainedMessages: number;
  readonly retainedBytes: number;
  readonly messagesPublished: number;
  readonly handshakesFailed: number;
  readonly connectionsRefused: number;
  readonly publishesDenied: number;
  readonly subscriptionsDenied: number;
  readonly oversizedPackets: number;
  readonly slowConsumersDropped: number;
}

export interface BrokerLimits {
  readonly maxConnections: number;
  readonly maxRetainedMessages: number;
  readonly maxRetainedBytes: number;
  /** A client must promise a sign of life at least this often. */
  readonly maxKeepaliveSeconds: number;
  /** How much may wait for a device that reads slowly before it is dropped. It comes back and gets the retained documents. */
  readonly maxBufferedBytesPerDevice: number;
  /** What a device says beyond this is a loop: its connection is closed, and it comes back after its own back-off. */
  readonly maxMessagesPerMinute: number;
}

export const defaultBrokerLimits: BrokerLimits = {
  maxConnections: 20_000,
  maxRetainedMessages: 200_000,
  maxRetainedBytes: 1_073_741_824,
  maxKeepaliveSeconds: 300,
  // Twice everything a device is owed at once when it subscribes: content, a day of tokens, desired state.
  maxBufferedBytesPerDevice: 800_000,
  // Ten times what an agent says in its busiest minute, all that waited included.
  maxMessagesPerMinute: 1_200,
};

export interface BrokerSettings {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** Clients with this common name may read and write everything under `nc/`; their client ids begin with `backend-`. */
  readonly backendCommonName: string;
  isRevoked(deviceId: string): boolean;
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly limits?: Partial<BrokerLimits>;
}

/** The broker of the product: TLS with client certificates, the common name is the identity. */
export function createEmbeddedBroker(settings: BrokerSettings & { readonly tls: TlsMaterial }): EmbeddedBroker {
  return createBrokerOverTransport(settings, createTlsTransport(settings.tls));
}

/** All of 3.1.1's fixed header, topic and packet identifier, and a CONNECT's strings, fit into this beside the payload. */
const packetOverheadBytes = 2_048;
const deviceMaxPacketBytes = maxDevicePayloadBytes + packetOverheadBytes;
const backendMaxPacketBytes = maxPayloadBytes + packetOverheadBytes;
/** A storm of returning clients waits in the kernel's queue instead of in TCP's retransmission timers. */
const listenBacklog = 4_096;
const connectTimeoutMs = 10_000;
/** How long the backend may take to read before it counts as dead. */
const drainTimeoutMs = 30_000;
const minuteMs = 60_000;

/** Which refusals of a CONNECT say "identifier rejected" (2) and which "not authorised" (5), MQTT 3.1.1 table 3.1. */
const identifierRejected = 2;
const notAuthorized = 5;

interface Session {
  readonly socket: Socket;
  readonly bounds: ConnectionBounds;
  /** What the certificate proves; read once, because taking a certificate apart is dear. */
  readonly commonName: string | null;
  peer: Peer | null;
  refusalCode: typeof identifierRejected | typeof notAuthorized;
  /** What its device has said in the minute that began then. */
  said: { sinceMs: number; messages: number };
}

/**
 * The broker over any transport. The product always uses TLS; the bench compares brokers over plain TCP and hands its own transport
 * in, which no setting or environment variable can do.
 */
export function createBrokerOverTransport(settings: BrokerSettings, transport: BrokerTransport): EmbeddedBroker {
  const { logger } = settings;
  const limits: BrokerLimits = { ...defaultBrokerLimits, ...settings.limits };
  const policy: AccessPolicy = {
    backendCommonName: settings.backendCommonName,
    maxKeepaliveSeconds: limits.maxKeepaliveSeconds,
    isRevoked: (deviceId) => settings.isRevoked(deviceId),
  };
  const counters = {
    messagesPublished: 0,
    handshakesFailed: 0,
    connectionsRefused: 0,
    publishesDenied: 0,
    subscriptionsDenied: 0,
    oversizedPackets: 0,
    slowConsumersDropped: 0,
  };
  const flushSchedule = createFlushSchedule();
  /** Weak, because aedes asks about a client's will after its connection is gone. */
  const sessionOfClient = new WeakMap<Client, Session>();
  const openSessions = new Set<Session>();
  let running: { aedes: Aedes; server: Server; persistence: ReturnType<typeof createRetainedPersistence>; sockets: Set<Socket> } | null =
    null;

  return {
    async start() {
      if (running !== null) throw new Error('the broker is already started');
      const persistence = createRetainedPersistence({ maxMessages: limits.maxRetainedMessages, maxBytes: limits.maxRetainedBytes });
      const aedes = await createAedes(persistence);
      const sockets = new Set<Socket>();
      const server = transport.createServer(
        (socket) => accept(aedes, socket),
        () => {
          counters.handshakesFailed += 1;
        },
      );
      server.maxConnections = limits.maxConnections;
      // Also those that have not finished their handshake, or stop() would wait for them.
      server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      });
      try {
        server.listen({ port: settings.port, host: settings.host, backlog: listenBacklog });
        await once(server, 'listening');
      } catch (error) {
        await closeAedes(aedes);
        if (isPortTaken(error)) return failure({ kind: 'port-taken', port: settings.port });
        throw error;
      }
      server.on('error', (error) => logger.error({ error }, 'the embedded broker cannot accept connections'));
      running = { aedes, server, persistence, sockets };
      const { port } = addressOf(server);
      logger.info({ port }, 'the embedded broker listens');
      return success({ port });
    },

    async stop() {
      if (running === null) return;
      const { aedes, server, persistence, sockets } = running;
      running = null;
      const closed = new Promise((resolve) => server.close(resolve));
      await closeAedes(aedes);
      for (const socket of sockets) socket.destroy();
      await closed;
      await persistence.destroy();
    },

    disconnect(deviceId) {
      const ofDevice = [...openSessions].filter((session) => session.peer?.commonName === deviceId);
      for (const session of ofDevice) session.socket.destroy();
      return ofDevice.length;
    },

    metrics() {
      return {
        connections: running?.aedes.connectedClients ?? 0,
        retainedMessages: running?.persistence.retainedCount ?? 0,
        retainedBytes: running?.persistence.retainedBytes ?? 0,
        ...counters,
      };
    },
  };

  async function createAedes(persistence: unknown): Promise<Aedes> {
    const aedes = await Aedes.createBroker({
      persistence,
      mq: createTopicEmitter(),
      connectTimeout: connectTimeoutMs,
      drainTimeout: drainTimeoutMs,
      // Nothing of ours uses QoS 2.
      maxInflightInbound: 8,
      maxTopicLevels: 10,

      preConnect(client, packet, done) {
        const session = sessionOfClient.get(client);
        if (session === undefined) return done(new Error('a connection without a session'), false);
        // Sessions that outlive their connection would be queues for those who are away. Whoever asks for one is told in CONNACK
        // that none is present, which the protocol allows, and gets the retained documents at its next SUBSCRIBE.
        packet.clean = true;
        const { will } = packet;
        const admitted = admit(
          {
            commonName: session.commonName ?? transport.commonNameOf(session.socket, packet.clientId),
            clientId: packet.clientId,
            keepaliveSeconds: packet.keepalive ?? 0,
            will: will === undefined ? null : { topic: will.topic, payloadBytes: will.payload.length, retain: will.retain === true },
          },
          policy,
        );
        if (admitted.ok) {
          session.peer = admitted.value;
          Object.assign(session.bounds, boundsOf(admitted.value.role), { isAdmitted: true });
        } else {
          session.refusalCode = admitted.error === 'client-id-is-not-the-identity' ? identifierRejected : notAuthorized;
          counters.connectionsRefused += 1;
          logger.warn({ clientId: packet.clientId.slice(0, 128), reason: admitted.error }, 'the broker refused a connection');
        }
        done(null, true);
      },

      authenticate(client, _username, _password, done) {
        const session = sessionOfClient.get(client);
        if (session?.peer) {
          done(null, true);
        } else {
          done(Object.assign(new Error('refused'), { returnCode: session?.refusalCode ?? notAuthorized }), false);
        }
      },

      /** An error here closes the connection: MQTT 3.1.1 has no other way to say no to a PUBLISH. */
      authorizePublish(client, packet, done) {
        // Without a client it is the broker's own message.
        if (client === null) return done(null);
        const session = sessionOfClient.get(client);
        const peer = session?.peer;
        const refusal =
          session === undefined || peer === undefined || peer === null
            ? 'not-your-topic'
            : saysTooMuch(session, peer)
              ? 'too-much'
              : whyNotPublish(peer, { topic: packet.topic, payloadBytes: packet.payload.length, retain: packet.retain });
        if (refusal === null) {
          counters.messagesPublished += 1;
          return done(null);
        }
        counters.publishesDenied += 1;
        logger.warn({ clientId: client.id, topic: packet.topic.slice(0, 256), reason: refusal }, 'the broker denied a message');
        done(new Error(`publish denied: ${refusal}`));
      },

      authorizeSubscribe(client, subscription, done) {
        const peer = sessionOfClient.get(client)?.peer;
        if (peer && maySubscribe(peer, subscription.topic)) return done(null, subscription);
        counters.subscriptionsDenied += 1;
        logger.warn({ clientId: client.id, filter: subscription.topic.slice(0, 256) }, 'the broker denied a subscription');
        // SUBACK carries 0x80 for this filter; the connection stays.
        done(null, null);
      },
    });
    aedes.on('clientError', (client, error) =>
      logger.debug({ clientId: client.id, reason: error.message }, 'a client of the broker failed'),
    );
    aedes.on('connectionError', (_client, error) => logger.debug({ reason: error.message }, 'a connection to the broker failed'));
    // Its types leave this event out, and without a listener it would end the process.
    const emitter: EventEmitter = aedes;
    emitter.on('error', (error: unknown) => logger.error({ error }, 'the embedded broker met an error'));
    return aedes;
  }

  function accept(aedes: Aedes, socket: Socket): void {
    const commonName = transport.commonNameOf(socket, null);
    const bounds = boundsOf(commonName === settings.backendCommonName ? 'backend' : 'device');
    boundConnection(socket, bounds, flushSchedule, (breach) => {
      if (breach === 'packet-too-large') counters.oversizedPackets += 1;
      else counters.slowConsumersDropped += 1;
      logger.warn({ commonName, breach }, 'the broker dropped a connection');
    });
    const said = { sinceMs: 0, messages: 0 };
    const session: Session = { socket, bounds, commonName, peer: null, refusalCode: notAuthorized, said };
    openSessions.add(session);
    socket.once('close', () => openSessions.delete(session));
    sessionOfClient.set(aedes.handle(socket), session);
  }

  function saysTooMuch({ said, socket }: Session, { role }: Peer): boolean {
    // A will comes when the connection is gone, however much was said on it.
    if (role === 'backend' || socket.destroyed) return false;
    const nowMs = performance.now();
    if (nowMs - said.sinceMs >= minuteMs) Object.assign(said, { sinceMs: nowMs, messages: 0 });
    said.messages += 1;
    return said.messages > limits.maxMessagesPerMinute;
  }

  function boundsOf(role: Peer['role']): ConnectionBounds {
    return role === 'backend'
      ? { isAdmitted: false, maxPacketBytes: backendMaxPacketBytes, maxBufferedBytes: null }
      : { isAdmitted: false, maxPacketBytes: deviceMaxPacketBytes, maxBufferedBytes: limits.maxBufferedBytesPerDevice };
  }
}

async function closeAedes(aedes: Aedes): Promise<void> {
  await new Promise<void>((resolve) => aedes.close(resolve));
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the broker listens on no TCP port');
  return address;
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

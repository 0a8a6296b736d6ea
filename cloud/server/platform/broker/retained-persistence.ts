import { Readable, type Writable } from 'node:stream';
import type { AedesPublishPacket } from 'aedes';
import { createRetainedMessages, type RetainedBounds } from './retained-messages.ts';

/** When copying begins after the first message that needs it, and how much is done in one go: about a millisecond's work. */
const tidyAfterMs = 1_000;
const tidyAtOnce = 100;
const tidyPauseMs = 5;

/** aedes puts this through a pipeline at every CONNECT. An iterable that is over at once costs a third of what a stream does there. */
const noMessages: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

interface ClientOfBroker {
  readonly id: string;
}

interface NumberedPacket {
  readonly messageId?: number | undefined;
}

/**
 * What aedes keeps between packets, for a broker that knows clean sessions only. There is no store of subscriptions or of messages
 * for those who are away, so none can grow: whoever comes back subscribes again and gets the retained documents, which is all a
 * lobby needs. The stock in-memory persistence scans every retained message at every SUBSCRIBE; this one looks the topic up.
 *
 * Nothing survives a restart, on purpose: the cloud publishes the retained documents of its devices again when it connects, and
 * a device its own status. A second copy on disk could only be older than the truth.
 */
export function createRetainedPersistence(bounds: RetainedBounds) {
  const retained = createRetainedMessages<AedesPublishPacket>(bounds);
  const wills = new Map<string, AedesPublishPacket>();
  /** QoS 2 packets between PUBLISH and PUBREL, by client and packet identifier. */
  const incoming = new Map<string, Map<number, NumberedPacket>>();
  let brokerId = '';
  /** Stored messages whose payload is a view of a much larger buffer, by topic. */
  const loose = new Map<string, AedesPublishPacket>();
  let tidying: NodeJS.Timeout | undefined;

  /**
   * A payload is a view of the chunk it arrived in: kept as it is, a status of 40 bytes could hold 64 KB for as long as it is retained. When it fills
   * little of its chunk it gets a buffer of its own, but not while a burst arrives: copying then costs as much as delivering.
   */
  function tidy(): void {
    let left = tidyAtOnce;
    for (const [topic, stored] of loose) {
      if (left === 0) break;
      left -= 1;
      stored.payload = ownedCopy(stored.payload);
      loose.delete(topic);
    }
    tidying = loose.size === 0 ? undefined : setTimeout(tidy, tidyPauseMs).unref();
  }

  return {
    get retainedCount() {
      return retained.count;
    },
    get retainedBytes() {
      return retained.bytes;
    },

    async setup(broker: { readonly id: string }): Promise<void> {
      brokerId = broker.id;
    },
    async destroy(): Promise<void> {
      clearTimeout(tidying);
    },

    storeRetained(packet: AedesPublishPacket): Settled {
      const { topic } = packet;
      loose.delete(topic);
      if (packet.payload.length === 0) {
        retained.remove(topic);
        return settled(null);
      }
      const stored = { ...packet };
      if (!retained.store(stored)) return settled(new Error('too many retained messages'));
      if (holdsMuchMoreThanItself(stored.payload)) {
        loose.set(topic, stored);
        tidying ??= setTimeout(tidy, tidyAfterMs).unref();
      }
      return settled(null);
    },
    createRetainedStreamCombi(filters: readonly string[]): MessageSource {
      return messagesAsSource(filters.flatMap((filter) => retained.matching(filter)));
    },
    createRetainedStream(filter: string): MessageSource {
      return messagesAsSource(retained.matching(filter));
    },

    async putWill(client: ClientOfBroker, will: AedesPublishPacket): Promise<void> {
      Object.assign(will, { brokerId, clientId: client.id });
      wills.set(client.id, will);
    },
    async getWill(client: ClientOfBroker): Promise<AedesPublishPacket | undefined> {
      return wills.get(client.id);
    },
    async delWill(client: ClientOfBroker): Promise<AedesPublishPacket | undefined> {
      const will = wills.get(client.id);
      wills.delete(client.id);
      return will;
    },
    streamWill(livingBrokers: Readonly<Record<string, unknown>> = {}): Readable {
      return Readable.from([...wills.values()].filter((will) => livingBrokers[will.brokerId] === undefined));
    },

    async incomingStorePacket(client: ClientOfBroker, packet: NumberedPacket): Promise<void> {
      if (packet.messageId === undefined) throw new Error('a QoS 2 packet without an identifier');
      const ofClient = incoming.get(client.id) ?? new Map<number, NumberedPacket>();
      ofClient.set(packet.messageId, { messageId: packet.messageId });
      incoming.set(client.id, ofClient);
    },
    async incomingGetPacket(client: ClientOfBroker, packet: NumberedPacket): Promise<NumberedPacket> {
      const stored = incoming.get(client.id)?.get(packet.messageId ?? 0);
      if (stored === undefined) throw new Error('no such packet');
      return stored;
    },
    async incomingDelPacket(client: ClientOfBroker, packet: NumberedPacket): Promise<void> {
      if (incoming.get(client.id)?.delete(packet.messageId ?? 0) !== true) throw new Error('no such packet');
    },
    async cleanIncoming(client: ClientOfBroker): Promise<void> {
      incoming.delete(client.id);
    },

    // Sessions that outlive their connection do not exist here: what follows is what aedes asks about them, and the answer is none.
    async addSubscriptions(): Promise<void> {},
    async removeSubscriptions(): Promise<void> {},
    async cleanSubscriptions(): Promise<void> {},
    async subscriptionsByClient(): Promise<never[]> {
      return [];
    },
    async subscriptionsByTopic(): Promise<never[]> {
      return [];
    },
    async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
      return { subsCount: 0, clientsCount: 0 };
    },
    async outgoingEnqueue(): Promise<void> {},
    async outgoingEnqueueCombi(): Promise<void> {},
    async outgoingUpdate(): Promise<void> {},
    async outgoingClearMessageId(): Promise<undefined> {},
    outgoingStream(): AsyncIterable<never> {
      return noMessages;
    },
    getClientList(): Readable {
      return Readable.from([]);
    },
  };
}

/**
 * Looks like a promise to aedes, but calls back at once, not in a later turn. aedes numbers messages when they are published, hands them
 * on after this, and takes a lower number than the last one for a duplicate. So with a true promise a retained message that is followed
 * in the same segment by one that is not retained would be overtaken and then lost.
 */
interface Settled {
  then(onStored: () => void, onFailed: (error: Error) => void): void;
}

function settled(error: Error | null): Settled {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- being taken for a promise is what it is for; why it is none stands above
    then(onStored, onFailed) {
      if (error === null) onStored();
      else onFailed(error);
    },
  };
}

/**
 * All aedes does with the stream of retained messages is to pipe it into a transform that sends them. Nearly always that is one message
 * or none, and then the machinery of a stream would cost more than all the rest of a SUBSCRIBE.
 */
interface MessageSource {
  pipe(destination: Writable): void;
}

function messagesAsSource(messages: readonly AedesPublishPacket[]): MessageSource {
  return {
    pipe(destination) {
      if (messages.length > 1) {
        Readable.from(messages).pipe(destination);
        return;
      }
      for (const message of messages) destination.write(message);
      destination.end();
    },
  };
}

/** What retained messages may hold beside themselves, as a multiple. A document fills a third of the chunk it comes in, beside its neighbours, which are retained too. */
const TOLERATED = 4;

function holdsMuchMoreThanItself(payload: string | Buffer): boolean {
  return typeof payload !== 'string' && payload.buffer.byteLength > TOLERATED * payload.length;
}

function ownedCopy(payload: string | Buffer): string | Buffer {
  if (typeof payload === 'string') return payload;
  const copy = Buffer.allocUnsafeSlow(payload.length);
  payload.copy(copy);
  return copy;
}

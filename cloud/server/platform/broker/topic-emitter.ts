import { createSubscriptionIndex } from './subscription-index.ts';

interface Message {
  readonly topic: string;
}

type Listener = (message: Message, done: () => void) => void;
type Done = (error?: Error) => void;

/**
 * What aedes hands messages to, in the form of mqemitter. It has no limit of messages in flight across the broker, because with one a few
 * receivers that are slow would stop everybody else's messages; what waits for each connection is bounded at the connection.
 */
export function createTopicEmitter() {
  const subscriptions = createSubscriptionIndex<Listener>();
  let closed = false;

  return {
    on(filter: string, listener: Listener, done?: Done): void {
      subscriptions.add(filter, listener);
      done?.();
    },
    removeListener(filter: string, listener: Listener, done?: Done): void {
      subscriptions.remove(filter, listener);
      done?.();
    },
    emit(message: Message, done: Done = () => undefined): void {
      if (closed) return done(new Error('the broker is closed'));
      const listeners = subscriptions.matching(message.topic);
      let left = listeners.length;
      if (left === 0) return done();
      const oneDone = () => {
        left -= 1;
        if (left === 0) done();
      };
      for (const listener of listeners) listener(message, oneDone);
    },
    close(done: Done): void {
      closed = true;
      setImmediate(done);
    },
  };
}

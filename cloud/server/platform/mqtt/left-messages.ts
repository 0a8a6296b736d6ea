import { parseTopic, topicFilterOfAllDevices, topics } from '@concierge/contract/topics.ts';

/** What has been heard and how it came; `retained` only for what the broker had kept from before. */
export interface Heard {
  readonly topic: string;
  readonly bytes: number;
  readonly retained: boolean;
}

const MOST_AT_ONCE = 100;

/**
 * Lets the broker forget what devices left with it where nothing is to be kept. No access list of mosquitto can keep the retain flag off a topic, and a command's result has a topic of its
 * own: who stole one device could fill the broker's memory with results. So whatever was kept is cleared once it has been heard.
 * A broker does not tell a subscriber who is there already that a message was sent to be kept; therefore every result is cleared, which costs an empty message for each command. Of the other
 * topics a device has one each, and they can wait for the next connection.
 * INVARIANT: what could not be cleared, because too much is being cleared, the broker is asked for again afterwards.
 */
export function createLeftMessages(broker: { clear(topic: string): Promise<unknown>; askAgain(filter: string): void }): {
  heard(message: Heard): void;
} {
  const putOff = new Set<string>();
  let clearing = 0;

  return {
    heard({ topic, bytes, retained }) {
      const name = parseTopic(topic)?.name;
      // The clearing itself is heard, too, and by every replica.
      if (name === undefined || bytes === 0) return;
      const { direction, retained: isKept, suffix } = topics[name];
      if (direction !== 'from-device' || isKept || !(retained || suffix.includes('+'))) return;
      if (clearing >= MOST_AT_ONCE) {
        putOff.add(topicFilterOfAllDevices(name));
        return;
      }
      clearing += 1;
      // Lost with its connection: the next one is told all that is kept.
      const leave = () => {
        clearing -= 1;
        if (clearing > 0) return;
        for (const filter of putOff) broker.askAgain(filter);
        putOff.clear();
      };
      broker.clear(topic).then(leave, leave);
    },
  };
}

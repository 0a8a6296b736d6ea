import { WIRE_VERSION } from './version.ts';

/**
 * Every MQTT topic there is. The broker ACLs, the topic table in docs and the agent's subscriptions are made from this list, so
 * a topic that is not here can be neither read nor written. `{deviceId}` is the common name of the client's certificate.
 * Only what MQTT 3.1.1 brokers have is used: no shared subscriptions, no user properties.
 */
export const topics = {
  desired: {
    suffix: 'desired',
    direction: 'to-device',
    retained: true,
    maxBytes: 4_096,
    says: 'what the device should show and which content is current (signed)',
  },
  content: {
    suffix: 'content',
    direction: 'to-device',
    retained: true,
    maxBytes: 262_144,
    says: 'the sanitised building document (signed)',
  },
  scenes: {
    suffix: 'scenes',
    direction: 'to-device',
    retained: true,
    maxBytes: 131_072,
    says: 'the arrangement of the screen: scenes, widgets, schedules (signed)',
  },
  facts: {
    suffix: 'facts',
    direction: 'to-device',
    retained: true,
    maxBytes: 16_384,
    says: 'what widgets show besides the content: the weather, the building’s account (signed)',
  },
  qr: { suffix: 'qr', direction: 'to-device', retained: true, maxBytes: 131_072, says: 'a day of presence tokens (signed)' },
  command: {
    suffix: 'cmd/+',
    direction: 'to-device',
    retained: false,
    maxBytes: 4_096,
    says: 'one enumerated command with an expiry, or the time that the device asked for under this id (signed)',
  },
  commandResult: { suffix: 'cmd/+/result', direction: 'from-device', retained: false, maxBytes: 16_384, says: 'what became of a command' },
  reported: {
    suffix: 'reported',
    direction: 'from-device',
    retained: true,
    maxBytes: 4_096,
    says: 'which versions the device holds and shows: the acknowledgement',
  },
  status: {
    suffix: 'status',
    direction: 'from-device',
    retained: true,
    maxBytes: 512,
    says: 'online or offline; the will message says offline',
  },
  telemetry: {
    suffix: 'tele',
    direction: 'from-device',
    retained: false,
    maxBytes: 1_024,
    says: 'how the machine fares: temperature, supply, storage, memory, uptime',
  },
  event: { suffix: 'event', direction: 'from-device', retained: false, maxBytes: 4_096, says: 'something that happened on the device' },
} as const satisfies Record<string, TopicRule>;

export interface TopicRule {
  /** What follows `nc/v{wire}/{deviceId}/`; `+` stands for one level. */
  readonly suffix: string;
  readonly direction: 'to-device' | 'from-device';
  readonly retained: boolean;
  /** A larger payload is refused by whoever receives it. */
  readonly maxBytes: number;
  readonly says: string;
}

export type TopicName = keyof typeof topics;

const prefix = `nc/v${WIRE_VERSION}`;

/** The full topic of one device, e.g. `nc/v1/0190…/content`. */
export function topicOf(name: TopicName, deviceId: string, id = ''): string {
  return `${prefix}/${deviceId}/${topics[name].suffix.replace('+', id)}`;
}

/** What the cloud subscribes to: every device's side of one topic. */
export function topicFilterOfAllDevices(name: TopicName): string {
  return `${prefix}/+/${topics[name].suffix}`;
}

export interface ParsedTopic {
  readonly deviceId: string;
  readonly name: TopicName;
}

/** Which device and which message a concrete topic names, or null when it is none of ours. */
export function parseTopic(topic: string): ParsedTopic | null {
  const [root, version, deviceId, ...rest] = topic.split('/');
  if (`${root}/${version}` !== prefix || deviceId === undefined || deviceId === '') return null;
  for (const [name, rule] of Object.entries(topics)) {
    if (levelsMatch(rule.suffix.split('/'), rest)) return { deviceId, name: name as TopicName };
  }
  return null;
}

/** Whether the device with this id may publish to the topic: its own, and only the device's side. */
export function deviceMayPublish(deviceId: string, topic: string): boolean {
  const parsed = parseTopic(topic);
  return parsed !== null && parsed.deviceId === deviceId && topics[parsed.name].direction === 'from-device' && !/[+#]/.test(topic);
}

/** Whether the device may subscribe to the filter: one of its own cloud-to-device topics, written exactly as the table has it. */
export function deviceMaySubscribe(deviceId: string, filter: string): boolean {
  return Object.values(topics).some((rule) => rule.direction === 'to-device' && filter === `${prefix}/${deviceId}/${rule.suffix}`);
}

function levelsMatch(pattern: readonly string[], levels: readonly string[]): boolean {
  return pattern.length === levels.length && pattern.every((part, index) => (part === '+' ? levels[index] !== '' : part === levels[index]));
}

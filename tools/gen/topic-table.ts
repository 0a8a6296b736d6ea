import { type TopicRule, topicOf, topics } from '../../shared/contract/topics.ts';
import { WIRE_VERSION } from '../../shared/contract/version.ts';
import type { Generator } from './generator.ts';

export const topicTable: Generator = {
  path: 'docs/generated/topics.md',
  from: 'shared/contract/topics.ts',
  make: async () => `# MQTT topics

Wire version ${WIRE_VERSION}. \`{deviceId}\` is the common name of the device's certificate; brokers let a device no further than its own topics, in the direction given.

| topic | direction | retained | at most | what it says |
|---|---|---|---|---|
${rowsOf(topics).join('\n')}
`,
};

function rowsOf(table: Readonly<Record<string, TopicRule>>): string[] {
  const prefix = topicOf('status', '{deviceId}').replace(/status$/, '');
  return Object.values(table).map((rule) => {
    const direction = rule.direction === 'to-device' ? 'cloud → device' : 'device → cloud';
    return `| \`${prefix}${rule.suffix}\` | ${direction} | ${rule.retained ? 'yes' : 'no'} | ${bytesForPeople(rule.maxBytes)} | ${rule.says} |`;
  });
}

function bytesForPeople(bytes: number): string {
  return bytes % 1_024 === 0 ? `${bytes / 1_024} KiB` : `${bytes} bytes`;
}

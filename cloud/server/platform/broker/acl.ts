import { type TopicRule, topicFilterOfAllDevices, topics } from '@concierge/contract/topics.ts';

/**
 * The access rules of `topics.ts` for external brokers. Both texts say what `access.ts` enforces in the embedded one: the backend
 * has everything under `nc/`, a device exactly its own topics, each in one direction, and everybody else nothing.
 */

/** An `acl_file` for mosquitto 2, where `%u` is the user name, which `use_identity_as_username` makes the certificate's common name. */
export function mosquittoAcl(backendCommonName: string): string {
  return lines([
    '# Generated from shared/contract/topics.ts. What is not allowed here is denied.',
    `user ${checkedName(backendCommonName)}`,
    'topic readwrite nc/#',
    '',
    ...ruleList().map(({ filter, rule }) => `pattern ${rule.direction === 'to-device' ? 'read' : 'write'} ${ofDevice(filter, '%u')}`),
  ]);
}

/**
 * An `acl.conf` for EMQX 5, to be used with `authorization.no_match = deny` and a TLS listener that verifies peers and sets
 * `mqtt.peer_cert_as_username = cn`. Unlike mosquitto it can also keep the retain flag off topics that have none.
 */
export function emqxAcl(backendCommonName: string): string {
  return lines([
    '%% Generated from shared/contract/topics.ts. What is not allowed here is denied.',
    `{allow, {username, "${checkedName(backendCommonName)}"}, all, ["nc/#"]}.`,
    ...ruleList().map(({ filter, rule }) => {
      const topic = `"${ofDevice(filter, `\${username}`)}"`;
      if (rule.direction === 'to-device') return `{allow, all, subscribe, [{eq, ${topic}}]}.`;
      return `{allow, all, {publish, [{retain, ${rule.retained ? 'all' : 'false'}}]}, [${topic}]}.`;
    }),
    '{deny, all}.',
  ]);
}

function ruleList(): { filter: string; rule: TopicRule }[] {
  return topicNames().map((name) => ({ filter: topicFilterOfAllDevices(name), rule: topics[name] }));
}

function topicNames(): (keyof typeof topics)[] {
  const names: (keyof typeof topics)[] = [];
  let name: keyof typeof topics;
  for (name in topics) names.push(name);
  return names;
}

/** `nc/v1/+/cmd/+` with the device's level filled in. */
function ofDevice(filter: string, device: string): string {
  return filter.replace('+', () => device);
}

/** The name stands in files with a syntax of their own. */
function checkedName(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw new RangeError('a common name in an access list has letters, digits, _ and - only');
  return name;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

import { type BrokerFigures, benchBrokerFanOut } from './broker/fan-out.ts';
import type { BenchSettings, Row, RowOutcome } from './row.ts';

/** The embedded broker against mosquitto; what is measured and how stands in broker/fan-out.ts. */
export const brokerAgainstMosquitto: Row = { name: 'broker', run };

async function run({ quick, say }: BenchSettings): Promise<RowOutcome> {
  const clients = quick ? 500 : 5_000;
  const tlsClients = quick ? 0 : 1_000;
  const { tcp, tls } = await benchBrokerFanOut({
    clients,
    payloadBytes: 20 * 1_024,
    tlsClients,
    logger: { info: () => say('brokers compared') },
  });
  const perClient = { unit: 'kilobytes', target: { kind: 'at most', value: 100 } } as const;
  return {
    method:
      `Embedded broker and mosquitto, each alone in a process and with the same access rules, take turns with ${clients} clients over TCP and one retained document of 20 KB each` +
      `${tls === null ? '' : `, then with ${tls.clients} clients over TLS with client certificates`}. Fan-out: one document for each client until all have it. Storm: all cut off and back at the same moment, until all have their document again. Medians of the rounds. Memory is the growth of the broker's process (PSS).`,
    measurements: [
      {
        what: `fan-out to ${clients} clients, times mosquitto's`,
        value: tcp.ratios.fanOut,
        unit: 'times',
        target: { kind: 'at most', value: 2 },
      },
      {
        what: `reconnect storm of ${clients}, times mosquitto's`,
        value: tcp.ratios.storm,
        unit: 'times',
        target: { kind: 'at most', value: 1 },
      },
      {
        what: `reconnect storm of ${clients}, until all have their document again`,
        value: tcp.embedded.stormMs / 1_000,
        unit: 'seconds',
        target: { kind: 'at most', value: 30 },
      },
      { what: 'memory per client with its document', value: tcp.embedded.memoryKilobytesPerClient, ...perClient },
      { what: 'memory per client after the storms', value: tcp.embedded.memoryKilobytesPerClientAfterStorms, ...perClient },
      ...(tls === null
        ? []
        : [{ what: 'memory per TLS client with its document', value: tls.embedded.memoryKilobytesPerClient, ...perClient }]),
    ],
    context: [
      { what: "reconnect storm, 64 at a time, times mosquitto's", value: tcp.ratios.pacedStorm, unit: 'times' },
      ...figures('embedded', tcp.embedded),
      ...figures('mosquitto', tcp.mosquitto),
      ...(tls === null
        ? []
        : [
            { what: "over TLS, fan-out, times mosquitto's", value: tls.ratios.fanOut, unit: 'times' as const },
            { what: "over TLS, reconnect storm, times mosquitto's", value: tls.ratios.storm, unit: 'times' as const },
            ...figures('embedded, TLS', tls.embedded),
            ...figures('mosquitto, TLS', tls.mosquitto),
          ]),
    ],
    notMeasured: tls === null ? ['the comparison over TLS: left out of quick rounds.'] : [],
  };
}

function figures(who: string, of: BrokerFigures): RowOutcome['context'] {
  return [
    { what: `${who}, fan-out`, value: of.fanOutMs, unit: 'milliseconds' },
    { what: `${who}, reconnect storm`, value: of.stormMs, unit: 'milliseconds' },
    { what: `${who}, reconnect storm, 64 at a time`, value: of.pacedStormMs, unit: 'milliseconds' },
    { what: `${who}, memory per idle client`, value: of.memoryKilobytesPerIdleClient, unit: 'kilobytes' },
    { what: `${who}, memory per client with its document`, value: of.memoryKilobytesPerClient, unit: 'kilobytes' },
  ];
}

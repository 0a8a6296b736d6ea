import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cloudNodeOptions } from '@concierge/cloud-server/launch.ts';
import { agentNodeOptions } from '@concierge/kiosk-agent/launch.ts';
import { z } from 'zod';
import { keepSampleScreens } from './fleet.ts';
import { startMailbox } from './mailbox.ts';
import { demoTenants } from './portfolio.ts';
import { dataFolder, type RunFile, readRunFile, removeRunFile, writeRunFile } from './run-file.ts';
import { demoClaimToken, demoKiosk, seedDemo } from './seed.ts';
import { startDemoShell } from './shell.ts';
import { type Supervised, supervise } from './supervisor.ts';
import { buildWeb } from './web-build.ts';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const { values: flags } = parseArgs({
  options: {
    reset: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    // Without Chromium in front of the lobby screen, where nobody asks for a picture of it.
    'no-shell': { type: 'boolean', default: false },
  },
});
const startedAtMs = Date.now();
const data = resolve(dataFolder());
const say = (line: string) => console.log(`${((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(5)} s  ${line}`);

const CloudReady = z.object({ url: z.url(), brokerUrl: z.string(), databaseUrl: z.string() });
const KioskReady = z.object({ url: z.url() });

const running = readRunFile();
if (running !== null) {
  console.error(
    `The demo already runs (process ${running.pids.launcher}): ${running.office}. Stop it with Ctrl-C there, or set CONCIERGE_DATA to start another.`,
  );
  process.exit(1);
}
if (flags.reset) {
  rmSync(data, { recursive: true, force: true });
  say('Started over: the old data is gone.');
}
const logs = join(data, 'logs');
mkdirSync(logs, { recursive: true });

const children: Supervised[] = [];
let stopping = false;
const stop = async (code: number) => {
  if (stopping) return;
  stopping = true;
  // The kiosk first, so that it says good-bye to a broker that still lives.
  for (const child of children.toReversed()) await child.stop();
  removeRunFile();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stopping) console.log('\nStopping …');
    void stop(0);
  });
}

try {
  await run();
} catch (error) {
  if (!stopping) console.error(`\n${error instanceof Error ? error.message : String(error)}\nLogs: ${logs}`);
  await stop(1);
}

async function run(): Promise<void> {
  const mailbox = await startMailbox();
  // First, and not beside the cloud: the cloud serves the pages that are there when it starts.
  await buildWeb(say);

  let cloudPort = process.env['PORT'] ?? '8080';
  let brokerPort = process.env['MQTT_PORT'] ?? '8883';
  const cloud = supervise({
    name: 'cloud',
    nodeOptions: cloudNodeOptions,
    entry: join(root, 'cloud/server/main.ts'),
    environment: () => ({
      CONCIERGE_MODE: 'demo',
      CONCIERGE_DATA: data,
      PORT: cloudPort,
      MQTT_PORT: brokerPort,
      SMTP_URL: mailbox.smtpUrl,
    }),
    logFile: join(logs, 'cloud.log'),
    onRestarted: () => {
      say('The cloud is back.');
      record();
    },
    say,
  });
  children.push(cloud);
  say(
    existsSync(join(data, 'postgres'))
      ? 'Starting the database, the broker and the cloud …'
      : 'Making the database, then starting the broker and the cloud …',
  );
  const ready = CloudReady.parse(await cloud.start());
  nameTakenPort('cloud and web', cloudPort, new URL(ready.url).port);
  nameTakenPort('broker', brokerPort, new URL(ready.brokerUrl).port);
  // A restart keeps the addresses that people and kiosks already have.
  cloudPort = new URL(ready.url).port;
  brokerPort = new URL(ready.brokerUrl).port;
  if (await seedDemo(ready.databaseUrl, Date.now())) say('Filled the empty database with the demo buildings.');
  keepSampleScreens(ready.databaseUrl);

  const kioskData = join(data, 'kiosk');
  const claimTokenFile = join(data, 'kiosk-claim-token');
  if (!existsSync(join(kioskData, 'identity')) && !existsSync(claimTokenFile))
    writeFileSync(claimTokenFile, await demoClaimToken(ready.databaseUrl), { mode: 0o600 });
  const kioskPort = process.env['KIOSK_PORT'] ?? '8090';
  const kiosk = superviseKiosk({ name: 'kiosk', back: 'The kiosk is back.', data: kioskData, port: kioskPort, claimTokenFile });
  const newKioskPort = process.env['NEW_KIOSK_PORT'] ?? String(Number(kioskPort) + 1);
  const newKiosk = superviseKiosk({
    name: 'new-kiosk',
    back: 'The new screen is back.',
    data: join(data, 'new-kiosk'),
    port: newKioskPort,
  });
  const screenUrl = await kiosk.start();
  nameTakenPort('kiosk', kioskPort, new URL(screenUrl).port);
  const newScreenUrl = await newKiosk.start();
  nameTakenPort('new screen', newKioskPort, new URL(newScreenUrl).port);

  // A script may ask for an outage: the first signal takes the cloud and its broker down, the next one brings them back.
  let down = false;
  process.on('SIGUSR2', () => {
    down = !down;
    say(down ? 'The cloud is held down (asked by signal).' : 'The cloud may come back (asked by signal).');
    if (down) void cloud.holdDown().then(record);
    else cloud.release();
  });

  const addresses = {
    cloud: ready.url,
    office: `${ready.url}/office`,
    resident: `${ready.url}/resident`,
    kiosk: screenUrl,
    newKiosk: newScreenUrl,
    publicInfo: `${ready.url}/public/${demoKiosk.buildingId}`,
    docs: `${ready.url}/api/docs`,
    outbox: mailbox.pageUrl,
    broker: ready.brokerUrl,
    database: ready.databaseUrl,
  };
  let shell: Supervised | null = null;
  function record(): void {
    const pids = {
      launcher: process.pid,
      cloud: cloud.pid(),
      kiosk: kiosk.child.pid(),
      newKiosk: newKiosk.child.pid(),
      shell: shell?.pid() ?? null,
    };
    writeRunFile({ ...addresses, logins: loginsOf(ready.url), pids });
  }

  /** A lobby screen beside the cloud. Without a token it belongs to nobody and asks for a code. */
  function superviseKiosk(screen: { name: string; back: string; data: string; port: string; claimTokenFile?: string }) {
    let { port } = screen;
    const child = supervise({
      name: screen.name,
      nodeOptions: agentNodeOptions,
      entry: join(root, 'kiosk/agent/main.ts'),
      environment: () => ({
        CONCIERGE_KIOSK_DATA: screen.data,
        CONCIERGE_KIOSK_PORT: port,
        CONCIERGE_CLOUD_URL: ready.url,
        // The ports may be others than at the last start, when the kiosk was claimed.
        CONCIERGE_BROKER_URL: ready.brokerUrl,
        CONCIERGE_CLAIM_TOKEN_FILE: screen.claimTokenFile ?? '',
        CONCIERGE_RENDERER_DIR: join(root, 'kiosk/renderer/dist'),
        CONCIERGE_SHELL: 'chromium',
        // Where a Chromium shell on this machine may hand over pictures; the browser of whoever looks at the demo does not.
        ...pictureSocketIn(screen.data),
        CONCIERGE_DEMO: '1',
      }),
      logFile: join(logs, `${screen.name}.log`),
      onRestarted: () => {
        say(screen.back);
        record();
      },
      say,
    });
    children.push(child);
    const start = async () => {
      const { url } = KioskReady.parse(await child.start());
      // A restart keeps the address that the browser in front of it has.
      port = new URL(url).port;
      return url;
    };
    return { child, start };
  }
  record();
  printTable(addresses, loginsOf(ready.url));
  if (flags.watch) await watchSources([cloud, kiosk.child, newKiosk.child]);
  if (flags['no-shell']) return;
  // What fails with it is its own: the demo is ready without.
  void startDemoShell({
    root,
    data,
    logs,
    pageUrl: screenUrl,
    pictureSocket: pictureSocketIn(kioskData).CONCIERGE_PICTURE_SOCKET,
    onRestarted: record,
    onMade(made) {
      shell = made;
      children.push(made);
    },
    say,
  }).then(
    (running) => {
      if (running === null || stopping) return;
      record();
      say('The lobby screen has its shell, Chromium without a window: the office can ask for a picture of it.');
    },
    (error: unknown) => {
      if (!stopping) say(`The lobby screen has no shell: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
}

function loginsOf(url: string): RunFile['logins'] {
  return demoTenants.flatMap((tenant) =>
    tenant.people.map((person) => ({
      who: `${person.fullName}, ${person.officeRole ?? person.memberships[0]?.role ?? ''} of ${tenant.slug}`,
      email: person.email,
      password: person.password,
      url: person.officeRole === null && person.memberships[0]?.role === 'resident' ? `${url}/resident/login` : `${url}/office/login`,
    })),
  );
}

function nameTakenPort(what: string, wanted: string, got: string): void {
  if (wanted !== '0' && wanted !== got) say(`Port ${wanted} for the ${what} is taken; using ${got}.`);
}

function printTable(addresses: Omit<RunFile, 'logins' | 'pids'>, logins: RunFile['logins']): void {
  const rows: (readonly [string, string])[] = [
    ['Office', addresses.office],
    ['Resident', addresses.resident],
    ['Public page', addresses.publicInfo],
    ['Lobby screen', addresses.kiosk],
    ['New screen', addresses.newKiosk],
    ['API', addresses.docs],
    ['Mail', addresses.outbox],
  ];
  console.log(`\n${rows.map(([name, url]) => `  ${name.padEnd(14)} ${url}`).join('\n')}\n`);
  console.log(logins.map((login) => `  ${login.email.padEnd(28)} ${login.password.padEnd(20)} ${login.who}`).join('\n'));
  console.log(
    `\n  Ready after ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s. Data and logs: ${dirname(logs)}. Ctrl-C stops everything.\n`,
  );
}

async function watchSources(watched: readonly Supervised[]): Promise<void> {
  const { watch } = await import('node:fs');
  let timer: NodeJS.Timeout | null = null;
  for (const folder of ['cloud', 'kiosk', 'shared']) {
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (name === null || /dist|generated|node_modules/.test(name) || timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        say(`${name} changed.`);
        void buildWeb(say).then(
          () => {
            for (const child of watched) void child.holdDown().then(child.release);
          },
          (error: unknown) => say(String(error)),
        );
      }, 300);
    });
  }
  say('Watching the sources.');
}

/** Nothing where the path is longer than a socket's may be. */
function pictureSocketIn(folder: string): { CONCIERGE_PICTURE_SOCKET?: string } {
  const path = join(folder, 'picture');
  return path.length <= 100 ? { CONCIERGE_PICTURE_SOCKET: path } : {};
}

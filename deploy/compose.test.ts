import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { cloudNodeOptions } from '../cloud/server/launch.ts';
import { readSettings, settingCatalogue } from '../cloud/server/settings.ts';

// There is no Docker where the tests run. What can be known without it: that the file is well-formed, and that everything it names exists and fits.

const root = join(import.meta.dirname, '..');

const Service = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  depends_on: z
    .union([
      z.record(z.string(), z.object({ condition: z.string() })),
      z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, { condition: 'service_started' }]))),
    ])
    .default({}),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.object({})),
});

/** What an operator would set. */
const operator = {
  CONCIERGE_HOST: 'concierge.example.gr',
  CONCIERGE_MQTT_HOST: 'mqtt.example.gr',
  POSTGRES_OWNER_PASSWORD: '0a'.repeat(24),
  POSTGRES_APP_PASSWORD: '1b'.repeat(24),
  METRICS_TOKEN: '2c'.repeat(24),
};
const replicas = ['cloud-1', 'cloud-2'];

let source: string;
let compose: z.infer<typeof Compose>;
let readme: string;

beforeAll(async () => {
  source = await readFile(join(root, 'docker-compose.yml'), 'utf8');
  readme = await readFile(join(root, 'deploy/README.md'), 'utf8');
  compose = Compose.parse(filledIn(parse(source, { merge: true }), operator));
});

const service = (name: string) => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
};

describe('the variables', () => {
  it('of the cloud and its programs are settings, and the cloud starts with them', () => {
    for (const name of [...replicas, 'keys', 'migrate', 'releases']) {
      const { environment } = service(name);
      for (const variable of Object.keys(environment)) expect(Object.keys(settingCatalogue), `${name}: ${variable}`).toContain(variable);
      const read = readSettings(name === 'migrate' || name === 'releases' ? { ...environment, CONCIERGE_MODE: 'demo' } : environment);
      expect(read, name).toMatchObject({ ok: true });
    }
    expect(readSettings(service('cloud-1').environment)).toMatchObject({
      settings: { CONCIERGE_MODE: 'production', HOST: '0.0.0.0', TRUST_PROXY: true, SMTP_URL: undefined },
    });
  });

  it('leave no setting of the cloud out, but those that have no meaning here', () => {
    const withoutMeaning = {
      DATABASE_OWNER_URL: 'the migration has it, and the replicas must not',
      MQTT_HOST: 'of the embedded broker, which does not run here',
      MQTT_PORT: 'of the embedded broker, which does not run here',
    };
    const passed = Object.keys(service('cloud-1').environment);
    expect([...passed, ...Object.keys(withoutMeaning)].sort()).toEqual(Object.keys(settingCatalogue).sort());
    // What an operator writes arrives, and nothing stands in its place.
    const chosen = { MAIL_FROM: 'Αθηνά <noreply@athina.example>', MEDIA_QUOTA_MB: '4096', WEATHER_URL: 'https://weather.example/' };
    const { services } = Compose.parse(filledIn(parse(source, { merge: true }), { ...operator, ...chosen }));
    expect(readSettings(services['cloud-2']?.environment ?? {})).toMatchObject({ settings: { ...chosen, MEDIA_QUOTA_MB: 4_096 } });
  });

  it('are the same for every replica, and for whoever makes their keys', () => {
    for (const name of ['cloud-2', 'keys']) expect(service(name).environment).toEqual(service('cloud-1').environment);
  });

  it.each(Object.keys(operator))('without a default are refused when missing, and explained in the README: %s', (name) => {
    expect(() => filledIn(parse(source, { merge: true }), { ...operator, [name]: '' })).toThrow(`variable ${name} `);
    expect(readme).toContain(`\`${name}\``);
  });

  it('that people may set are all explained', async () => {
    const settings = await readFile(join(root, 'docs/generated/settings.md'), 'utf8');
    for (const { name } of variablesOf(withoutComments(source))) expect(`${readme}${settings}`, name).toContain(`\`${name}\``);
  });

  it('that are secret have no default, and stand nowhere in the open', () => {
    for (const { name, fallback } of variablesOf(source)) if (/PASSWORD|SECRET|TOKEN|KEY/.test(name)) expect(fallback, name).toBe('');
    for (const { environment } of Object.values(Compose.parse(parse(source, { merge: true })).services))
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|TOKEN|_KEY$/.test(name)) expect(value, name).toMatch(/^\$\{/);
        expect(value, name).not.toMatch(/:\/\/[^:/]+:(?!\$\{)[^@/]+@/);
      }
  });

  it('tell the owner’s password to the database, the migration and the operator of releases only', () => {
    const knowing = Object.entries(compose.services).filter(([, { environment }]) =>
      Object.values(environment).some((value) => value.includes(operator.POSTGRES_OWNER_PASSWORD)),
    );
    expect(knowing.map(([name]) => name).sort()).toEqual(['migrate', 'postgres', 'releases']);
  });
});

describe('the services', () => {
  it('reach each other by names and networks that exist', () => {
    for (const [name, { networks, depends_on }] of Object.entries(compose.services)) {
      for (const network of networks) expect(Object.keys(compose.networks), `${name}: ${network}`).toContain(network);
      for (const other of Object.keys(depends_on)) expect(Object.keys(compose.services), `${name}: ${other}`).toContain(other);
    }
    for (const variable of ['DATABASE_URL', 'MQTT_URL'] as const) {
      const { hostname } = new URL(service('cloud-1').environment[variable] ?? '');
      expect(service(hostname).networks.filter((network) => service('cloud-1').networks.includes(network))).not.toEqual([]);
    }
  });

  it('mount files that exist and volumes that are declared', () => {
    for (const [name, { volumes }] of Object.entries(compose.services)) {
      for (const volume of volumes) {
        const [from = ''] = volume.split(':');
        if (from.startsWith('.')) expect(statSync(join(root, from)).isFile(), `${name}: ${from}`).toBe(true);
        else expect(Object.keys(compose.volumes), `${name}: ${from}`).toContain(from);
      }
    }
  });

  it('run programs that exist', () => {
    for (const [name, { command, entrypoint, build }] of Object.entries(compose.services)) {
      const program = entrypoint ?? command;
      if (build === undefined || program === undefined) continue;
      expect(program[0], name).toBe('node');
      expect(existsSync(join(root, program[1] ?? '')), `${name}: ${program.join(' ')}`).toBe(true);
    }
  });

  it('say whether they are well, unless they run once', () => {
    for (const [name, { healthcheck }] of Object.entries(compose.services)) {
      if (['keys', 'migrate', 'releases'].includes(name)) expect(healthcheck?.disable, name).toBe(true);
      else expect(healthcheck?.test?.length, name).toBeGreaterThan(1);
    }
    for (const name of replicas) {
      expect(service(name).healthcheck?.test?.join(' ')).toContain(`http://127.0.0.1:${service(name).environment['PORT']}/readyz`);
      expect(service(name).depends_on['migrate']?.condition).toBe('service_completed_successfully');
    }
  });

  it('of ours run as nobody special, on a file system they cannot write', () => {
    for (const [name, { build, user, read_only }] of Object.entries(compose.services)) {
      if (build === undefined) continue;
      expect(user, name).toBe('1000:1000');
      expect(read_only, name).toBe(true);
    }
  });

  it('open to the outside only web and kiosk ports; the database has no way out', () => {
    const published = Object.values(compose.services).flatMap(({ ports }) => ports.map((port) => port.split(':')[0]));
    expect(new Set(published)).toEqual(new Set(['80', '443', '8883']));
    expect(compose.networks['back']?.internal).toBe(true);
    expect(service('postgres').networks).toEqual(['back']);
  });

  it('take releases from one folder, which only the operator writes, and renew what is said of them when there is a key', () => {
    for (const name of [...replicas, 'releases']) expect(service(name).environment['RELEASES_DIR'], name).toBe('/releases');
    for (const name of replicas) expect(service(name).volumes, name).toContain('releases:/releases:ro');
    expect(service('releases').volumes).toEqual(['releases:/releases']);
    const read = (given: Record<string, string>) =>
      readSettings(
        Compose.parse(filledIn(parse(source, { merge: true }), { ...operator, ...given })).services['cloud-1']?.environment ?? {},
      );
    const key = { RELEASES_TIMESTAMP_KEY: '/keys/release-timestamp-key' };
    expect(read({ ...key, RELEASES_ROOT: '/keys/release-root.json' })).toMatchObject({ ok: true, settings: key });
    expect(read(key)).toMatchObject({ ok: false });
  });

  it('tell the broker whom the cloud has revoked', async () => {
    const { command, environment, volumes } = service('mosquitto');
    expect(command).toEqual(['/mosquitto/config/start']);
    expect(volumes).toContain('./deploy/mosquitto/start:/mosquitto/config/start:ro');
    expect(statSync(join(root, 'deploy/mosquitto/start')).mode & 0o111).toBe(0o111);
    expect(environment['CLOUD_URLS']?.split(' ')).toEqual(replicas.map((name) => `http://${name}:${service(name).environment['PORT']}`));
    for (const name of replicas)
      expect(service('mosquitto').networks.some((network) => service(name).networks.includes(network))).toBe(true);
    const [devices = '', backend = ''] = (await readFile(join(root, 'deploy/mosquitto/mosquitto.conf'), 'utf8')).split('listener 8884');
    const [, list] = /^crlfile (\S+)$/m.exec(devices) ?? [];
    expect(await readFile(join(root, 'deploy/mosquitto/start'), 'utf8')).toContain(`list=\${REVOKED_LIST:-${list}}`);
    expect(backend).not.toContain('crlfile');
  });

  it('make keys and releases only when asked', () => {
    expect(service('keys').profiles).toEqual(['setup']);
    expect(service('releases').profiles).toEqual(['setup']);
  });

  it('share one media library, which outlives them, and which they may write', async () => {
    const folder = join(service('cloud-1').environment['CONCIERGE_DATA'] ?? '', 'media');
    for (const name of replicas) {
      expect(service(name).volumes, name).toContain(`media:${folder}`);
      expect(service(name).tmpfs.map((mount) => mount.split(':')[0])).not.toContain(folder);
    }
    expect(await readFile(join(root, 'cloud/server/cloud.ts'), 'utf8')).toContain(
      `createFileStorage(join(dataFolder, '${basename(folder)}'))`,
    );
    const [, made = ''] = /install -d -o node -g node -m 0700 (.+?) &&/.exec(await readFile(join(root, 'Dockerfile'), 'utf8')) ?? [];
    expect(made.split(' ')).toContain(folder);
    expect(readme).toContain('the volume `concierge_media`');
  });
});

describe('the files beside it', () => {
  it('give mosquitto every path its configuration names, and the listener the cloud uses', async () => {
    const configuration = await readFile(join(root, 'deploy/mosquitto/mosquitto.conf'), 'utf8');
    const mounts = service('mosquitto').volumes.map((volume) => volume.split(':')[1] ?? '');
    const named = configuration.match(/\/mosquitto\/\S+/g) ?? [];
    expect(named.length).toBeGreaterThan(4);
    for (const path of named)
      expect(
        mounts.some((mount) => path === mount || path.startsWith(`${mount}/`)),
        path,
      ).toBe(true);
    expect(configuration).toContain(`listener ${new URL(service('cloud-1').environment['MQTT_URL'] ?? '').port}\n`);
    const keys = named.filter((path) => path.startsWith('/mosquitto/keys/')).map((path) => path.split('/').at(-1));
    const makeKeys = await readFile(join(root, 'cloud/server/make-keys.ts'), 'utf8');
    for (const key of keys) expect(makeKeys).toContain(`'${key}'`);
    // What make-keys calls the ring's folder `mosquitto` is the broker's volume.
    expect(service('keys').volumes).toContain(`broker-keys:${service('keys').environment['CONCIERGE_KEYS']}/mosquitto`);
  });

  it('lead the balancer to every replica, and nobody to the figures', async () => {
    const caddyfile = await readFile(join(root, 'deploy/caddy/Caddyfile'), 'utf8');
    const upstreams = /reverse_proxy ([^{]+)\{/.exec(caddyfile)?.[1]?.trim().split(/\s+/);
    expect(upstreams).toEqual(replicas.map((name) => `${name}:${service(name).environment['PORT']}`));
    expect(caddyfile).toContain('respond /metrics* 404');
    expect(caddyfile).toContain('health_uri /readyz');
    for (const [, name = ''] of caddyfile.matchAll(/\{\$(\w+)/g)) expect(Object.keys(service('balancer').environment)).toContain(name);
  });

  it('build an image from files that exist, in the folders the settings name', async () => {
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, path = '']) => path);
    const made = ['node_modules', 'cloud/web/dist'];
    for (const path of copied.filter((path) => !made.includes(path))) expect(existsSync(join(root, path)), path).toBe(true);
    for (const [, path = ''] of dockerfile.matchAll(/node \.\.\/\.\.\/(node_modules\/\S+)/g))
      expect(existsSync(join(root, path)), path).toBe(true);
    const command = z.array(z.string()).parse(JSON.parse(/^CMD (\[.+\])$/m.exec(dockerfile)?.[1] ?? '[]'));
    const entry = command.at(-1) ?? '';
    expect(command).toEqual(['node', ...cloudNodeOptions, entry]);
    expect(existsSync(join(root, entry)), entry).toBe(true);
    expect(copied.some((path) => entry.startsWith(`${path}/`))).toBe(true);
    const environment = Object.fromEntries(
      (/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? '').split(' ').map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']),
    );
    for (const [name, value] of Object.entries(environment).filter(([key]) => key !== 'NODE_ENV')) {
      expect(Object.keys(settingCatalogue)).toContain(name);
      expect(service('cloud-1').environment[name], name).toBe(value);
    }
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  });

  it('keep secrets and this machine’s data out of the image', async () => {
    const ignored = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n');
    for (const path of ['**/.data', '**/.env', '**/node_modules', '.git']) expect(ignored).toContain(path);
  });
});

interface Variable {
  readonly whole: string;
  readonly name: string;
  readonly required: boolean;
  readonly fallback: string;
}

/** Those written as Compose reads them: \${NAME:?why it is needed} and \${NAME:-what else}. Any other form is refused, so that none goes unseen. */
function variablesOf(text: string): Variable[] {
  return [...text.matchAll(/\$\{[^}]*\}|\$\w+/g)].map(([whole]) => {
    const parts = /^\$\{([A-Z_]+):([?-])([^}]*)\}$/.exec(whole);
    if (parts === null) throw new Error(`${whole} says neither that it is required nor what it is otherwise`);
    const [, name = '', kind, rest = ''] = parts;
    return { whole, name, required: kind === '?', fallback: kind === '?' ? '' : rest };
  });
}

/** As Compose does it: in the values of the parsed file, so that what is filled in stays text. */
function filledIn(value: unknown, given: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string')
    return variablesOf(value).reduce((text, variable) => text.replace(variable.whole, () => valueOf(variable, given)), value);
  if (Array.isArray(value)) return value.map((inner) => filledIn(inner, given));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, given)]));
}

function valueOf({ name, required, fallback }: Variable, given: Readonly<Record<string, string>>): string {
  const value = given[name] ?? '';
  if (required && value === '') throw new Error(`the required variable ${name} is missing`);
  return value === '' ? fallback : value;
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*$/gm, '');
}

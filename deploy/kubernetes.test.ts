import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readSettings, settingCatalogue } from '../cloud/server/settings.ts';
import { MOST_FILM_BYTES } from '../shared/contract/media.ts';

const root = join(import.meta.dirname, '..');
const folder = join(import.meta.dirname, 'kubernetes');

const Labels = z.record(z.string(), z.string());
const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const Container = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  envFrom: z
    .array(z.object({ configMapRef: z.object({ name: z.string() }).optional(), secretRef: z.object({ name: z.string() }).optional() }))
    .default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) })).default([]),
  startupProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  securityContext: z.object({ readOnlyRootFilesystem: z.literal(true), allowPrivilegeEscalation: z.literal(false) }),
});
const Pod = z.object({
  metadata: z.object({ labels: Labels }),
  spec: z.object({
    enableServiceLinks: z.literal(false),
    automountServiceAccountToken: z.literal(false),
    securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.literal(1000) }),
    terminationGracePeriodSeconds: z.number().optional(),
    initContainers: z.array(Container).default([]),
    containers: z.array(Container).length(1),
    volumes: z
      .array(
        z.object({
          name: z.string(),
          persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
        }),
      )
      .default([]),
  }),
});
/** Not ours: its image has another user. */
const BrokerPod = z.object({
  metadata: z.object({ labels: Labels }),
  spec: z.object({
    enableServiceLinks: z.literal(false),
    automountServiceAccountToken: z.literal(false),
    securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.literal(1883) }),
    containers: z
      .array(
        z.object({
          command: z.array(z.string()),
          env: z.array(z.object({ name: z.string(), value: z.string() })),
          ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
          volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() })),
          securityContext: z.object({ readOnlyRootFilesystem: z.literal(true), allowPrivilegeEscalation: z.literal(false) }),
        }),
      )
      .length(1),
    volumes: z.array(z.object({ name: z.string() })),
  }),
});
const named = { apiVersion: z.string(), metadata: z.object({ name: z.string(), namespace: z.literal('concierge') }) };
const Manifest = z.discriminatedUnion('kind', [
  z.object({ ...named, kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) }),
  z.object({ ...named, kind: z.literal('Secret'), stringData: z.record(z.string(), z.string()) }),
  z.object({
    ...named,
    kind: z.literal('Deployment'),
    spec: z.object({ replicas: z.number(), selector: z.object({ matchLabels: Labels }), template: Pod }),
  }),
  z.object({
    ...named,
    kind: z.literal('StatefulSet'),
    spec: z.object({ replicas: z.literal(1), selector: z.object({ matchLabels: Labels }), template: BrokerPod }),
  }),
  z.object({
    ...named,
    kind: z.literal('PersistentVolumeClaim'),
    spec: z.object({
      accessModes: z.tuple([z.literal('ReadWriteMany')]),
      resources: z.object({ requests: z.object({ storage: z.string().regex(/^\d+Gi$/) }) }),
    }),
  }),
  z.object({
    ...named,
    kind: z.literal('NetworkPolicy'),
    spec: z.object({
      podSelector: z.object({ matchLabels: Labels }),
      ingress: z.array(
        z.object({
          from: z.array(z.object({ podSelector: z.object({ matchLabels: Labels }) })).optional(),
          ports: z.array(z.object({ port: z.number() })),
        }),
      ),
    }),
  }),
  z.object({ ...named, kind: z.literal('Job'), spec: z.object({ template: Pod }) }),
  z.object({
    ...named,
    kind: z.literal('Service'),
    spec: z.object({ selector: Labels, ports: z.array(z.object({ port: z.number(), targetPort: z.string() })) }),
  }),
  z.object({
    ...named,
    kind: z.literal('PodDisruptionBudget'),
    spec: z.object({ minAvailable: z.number(), selector: z.object({ matchLabels: Labels }) }),
  }),
]);
type Manifest = z.infer<typeof Manifest>;

/** The example's blanks, filled in as an operator would. */
const filledIn = {
  DATABASE_URL: 'postgres://concierge_app:secret@db.example.gr:5432/concierge?sslmode=verify-full',
  DATABASE_OWNER_URL: 'postgres://concierge_owner:secret@db.example.gr:5432/concierge?sslmode=verify-full',
  METRICS_TOKEN: '0a'.repeat(24),
  SMTP_URL: '',
};

let manifests: Manifest[];
beforeAll(async () => {
  manifests = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()) {
    for (const document of parseAllDocuments(await readFile(join(folder, file), 'utf8'))) {
      expect(document.errors, file).toEqual([]);
      manifests.push(Manifest.parse(document.toJS()));
    }
  }
});

function only<Kind extends Manifest['kind']>(kind: Kind, name?: string): Extract<Manifest, { kind: Kind }> {
  const found = manifests.filter((manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name));
  if (found.length !== 1) throw new Error(`there are ${found.length} of ${kind} ${name ?? ''}`);
  return found[0] as Extract<Manifest, { kind: Kind }>;
}
const container = (kind: 'Deployment' | 'Job') => only(kind).spec.template.spec.containers[0] ?? { envFrom: [], command: [], image: '' };

/** What the container would find in its environment. */
function environmentOf(kind: 'Deployment' | 'Job', secrets: Readonly<Record<string, string>> = {}): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { configMapRef, secretRef } of container(kind).envFrom) {
    if (configMapRef !== undefined) Object.assign(environment, only('ConfigMap', configMapRef.name).data);
    for (const [name, blank] of Object.entries(secretRef === undefined ? {} : only('Secret', secretRef.name).stringData))
      environment[name] = secrets[name] ?? blank;
  }
  return environment;
}

describe('the Kubernetes example', () => {
  it('names settings that exist, and starts once its secrets are filled in', () => {
    for (const kind of ['Deployment', 'Job'] as const)
      for (const name of Object.keys(environmentOf(kind))) expect(Object.keys(settingCatalogue), name).toContain(name);
    expect(readSettings(environmentOf('Deployment', filledIn))).toMatchObject({ ok: true });
    expect(readSettings({ ...environmentOf('Job', filledIn), CONCIERGE_MODE: 'demo' })).toMatchObject({ ok: true });
  });

  it('holds no secret: as it stands the cloud refuses every blank by name', () => {
    const read = readSettings({ ...environmentOf('Deployment'), ...environmentOf('Job') });
    if (read.ok) throw new Error('the blanks were accepted');
    for (const name of Object.keys(filledIn)) expect(read.faults.join('\n')).toContain(`${name}:`);
  });

  it('keeps the owner’s password from the replicas', () => {
    expect(environmentOf('Job')).toHaveProperty('DATABASE_OWNER_URL');
    expect(environmentOf('Deployment')).not.toHaveProperty('DATABASE_OWNER_URL');
  });

  it('runs two replicas, of which one always stays, reached by one service', () => {
    const { replicas, selector, template } = only('Deployment').spec;
    expect(replicas).toBe(2);
    for (const labels of [
      selector.matchLabels,
      only('Service', 'concierge-cloud').spec.selector,
      only('PodDisruptionBudget').spec.selector.matchLabels,
    ])
      expect(template.metadata.labels).toMatchObject(labels);
    expect(only('PodDisruptionBudget').spec.minAvailable).toBeLessThan(replicas);
    const port = only('Deployment').spec.template.spec.containers[0]?.ports[0];
    expect(only('Service', 'concierge-cloud').spec.ports[0]?.targetPort).toBe(port?.name);
    expect(String(port?.containerPort)).toBe(only('ConfigMap').data['PORT']);
  });

  it('probes routes that the API has: life does not depend on database or broker, readiness does', async () => {
    const api = z
      .object({ paths: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(await readFile(join(root, 'docs/generated/openapi.json'), 'utf8')));
    const cloud = only('Deployment').spec.template.spec.containers[0];
    expect(cloud?.livenessProbe?.httpGet.path).toBe('/healthz');
    expect(cloud?.startupProbe?.httpGet.path).toBe('/healthz');
    expect(cloud?.readinessProbe?.httpGet.path).toBe('/readyz');
    for (const probe of [cloud?.livenessProbe, cloud?.startupProbe, cloud?.readinessProbe]) {
      expect(Object.keys(api.paths)).toContain(probe?.httpGet.path);
      expect(cloud?.ports.map(({ name }) => name)).toContain(probe?.httpGet.port);
    }
  });

  it('gives the replica its keys and the folders it writes', () => {
    const { initContainers, containers, volumes } = only('Deployment').spec.template.spec;
    const mounts = containers[0]?.volumeMounts ?? [];
    for (const setting of ['CONCIERGE_DATA', 'CONCIERGE_KEYS'])
      expect(mounts.map(({ mountPath }) => mountPath)).toContain(only('ConfigMap').data[setting]);
    for (const { name } of [...mounts, ...initContainers.flatMap(({ volumeMounts }) => volumeMounts)])
      expect(volumes.map((volume) => volume.name)).toContain(name);
    const keys = mounts.find(({ mountPath }) => mountPath === only('ConfigMap').data['CONCIERGE_KEYS']);
    expect(initContainers[0]?.volumeMounts.map(({ name }) => name)).toContain(keys?.name);
  });

  it('keeps the media library of all replicas in one place that outlives them', () => {
    const { containers, volumes } = only('Deployment').spec.template.spec;
    const mount = containers[0]?.volumeMounts.find(({ mountPath }) => mountPath === `${only('ConfigMap').data['CONCIERGE_DATA']}/media`);
    expect(mount?.readOnly).toBe(false);
    const claim = only('PersistentVolumeClaim', 'concierge-media');
    expect(volumes.find(({ name }) => name === mount?.name)?.persistentVolumeClaim?.claimName).toBe(claim.metadata.name);
    const read = readSettings(environmentOf('Deployment', filledIn));
    if (!read.ok) throw new Error(read.faults.join('\n'));
    const oneOfficeAndTwelveFilms = read.settings.MEDIA_QUOTA_MB * 1_048_576 + 12 * 2 * MOST_FILM_BYTES;
    expect(Number.parseInt(claim.spec.resources.requests.storage, 10) * 1_024 ** 3).toBeGreaterThan(oneOfficeAndTwelveFilms);
  });

  it('runs programs that exist, all of one image', () => {
    expect(existsSync(join(root, container('Job').command?.[1] ?? ''))).toBe(true);
    const { initContainers } = only('Deployment').spec.template.spec;
    const images = [container('Job'), container('Deployment'), ...initContainers].map(({ image }) => image);
    expect(new Set(images).size).toBe(1);
  });

  it('leaves the cloud the time it takes to stop', async () => {
    const main = await readFile(join(root, 'cloud/server/main.ts'), 'utf8');
    const [, stopMs = ''] = /setTimeout\(\(\) => process\.exit\(1\), ([\d_]+)\)/.exec(main) ?? [];
    const graceMs = (only('Deployment').spec.template.spec.terminationGracePeriodSeconds ?? 0) * 1_000;
    expect(graceMs).toBeGreaterThan(Number(stopMs.replaceAll('_', '')) + 5_000);
  });

  it('is explained: every secret the README makes is the one that is mounted', async () => {
    const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
    const text = await readFile(join(folder, 'cloud.yaml'), 'utf8');
    const [, ring = ''] = /secretName: ([\w-]+)/.exec(text) ?? [];
    expect(readme).toContain(`create secret generic ${ring} `);
  });

  it('has a broker that hears whom the cloud has revoked, with the files that are generated for it', async () => {
    const { template, selector } = only('StatefulSet').spec;
    const [broker] = template.spec.containers;
    if (broker === undefined) throw new Error('no broker');
    const configuration = await readFile(join(root, 'deploy/mosquitto/mosquitto.conf'), 'utf8');
    expect(broker.command).toEqual(['/bin/sh', '/mosquitto/config/start']);
    expect(existsSync(join(root, 'deploy/mosquitto/start'))).toBe(true);
    expect(broker.env).toEqual([{ name: 'CLOUD_URLS', value: `http://${only('Service', 'concierge-cloud').metadata.name}` }]);
    expect(only('Service', 'concierge-cloud').spec.ports[0]?.port).toBe(80);
    for (const path of configuration.match(/\/mosquitto\/\S+/g) ?? [])
      expect(
        broker.volumeMounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`)),
        path,
      ).toBe(true);
    expect(broker.volumeMounts.find(({ mountPath }) => mountPath === '/mosquitto/data')?.readOnly).toBeUndefined();
    expect(broker.ports.map(({ containerPort }) => String(containerPort))).toEqual(
      [...configuration.matchAll(/^listener (\d+)$/gm)].map(([, port]) => port),
    );
    for (const { name } of broker.volumeMounts) expect(template.spec.volumes.map((volume) => volume.name)).toContain(name);
    const { hostname, port } = new URL(only('ConfigMap').data['MQTT_URL'] ?? '');
    const inside = only('Service', hostname.split('.')[0]);
    expect([inside.spec.selector, inside.spec.ports.map((each) => String(each.port))]).toEqual([selector.matchLabels, [port]]);
    expect(only('Service', 'mosquitto-devices').spec.ports.map((each) => each.port)).toEqual([8_883]);
    const backend = only('NetworkPolicy').spec.ingress.find(({ ports }) => ports.some((each) => each.port === 8_884));
    expect(backend?.from?.map(({ podSelector }) => podSelector.matchLabels)).toEqual([only('Deployment').spec.template.metadata.labels]);
    const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
    for (const made of ['configmap concierge-mosquitto --from-file=deploy/mosquitto', 'secret generic concierge-broker-keys '])
      expect(readme).toContain(`create ${made}`);
  });

  it('takes releases from one folder, and can renew what is said of them', () => {
    const { RELEASES_DIR, RELEASES_TIMESTAMP_KEY, RELEASES_ROOT } = only('ConfigMap').data;
    expect([RELEASES_TIMESTAMP_KEY, RELEASES_ROOT]).toEqual(['', '']);
    const { containers, volumes } = only('Deployment').spec.template.spec;
    const mount = containers[0]?.volumeMounts.find(({ mountPath }) => mountPath === RELEASES_DIR);
    expect(volumes.map(({ name }) => name)).toContain(mount?.name);
    expect(volumes.find(({ name }) => name === mount?.name)?.persistentVolumeClaim?.claimName).toBe(
      only('PersistentVolumeClaim', 'concierge-releases').metadata.name,
    );
    const keys = { RELEASES_TIMESTAMP_KEY: '/keys/release-timestamp-key', RELEASES_ROOT: '/keys/release-root.json' };
    expect(readSettings({ ...environmentOf('Deployment', filledIn), ...keys })).toMatchObject({ ok: true, settings: keys });
  });
});

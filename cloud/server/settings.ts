import { z } from 'zod';

/** One environment variable of the cloud: how it is read, what it is without being set, and what people are told about it. */
interface Setting<Schema extends z.ZodType> {
  readonly schema: Schema;
  readonly about: string;
  readonly example: string;
}

function setting<Schema extends z.ZodType>(schema: Schema, about: string, example: string): Setting<Schema> {
  return { schema, about, example };
}

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['0', '1']).transform((value) => value === '1');
const urlWith = (...protocols: string[]) =>
  z.url({
    protocol: new RegExp(`^(${protocols.join('|')})$`),
    error: `must be a URL beginning with ${protocols.map((name) => `${name}://`).join(' or ')}`,
  });

/** Every variable there is. The table in docs is made from this, and a bad value stops the start with its name. */
export const settingCatalogue = {
  CONCIERGE_MODE: setting(
    z.enum(['production', 'demo']).default('production'),
    'demo allows development claims, makes missing keys and seeds example data; production refuses all three.',
    'production',
  ),
  CONCIERGE_DATA: setting(
    z.string().min(1).default('.data'),
    'Folder of everything kept on this machine: keys, media, and the embedded database where that is used. Several replicas share its `media`.',
    '/var/lib/concierge',
  ),
  CONCIERGE_KEYS: setting(
    z.string().min(1).optional(),
    'Folder of the key ring; `keys` inside CONCIERGE_DATA when not set. Every replica needs the same.',
    '/run/secrets/concierge',
  ),
  HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address the web server listens on.', '0.0.0.0'),
  PORT: setting(port.default(8080), 'Port of the web server. In demo mode the next free one is used when it is taken.', '8080'),
  PUBLIC_URL: setting(
    urlWith('https', 'http').optional(),
    'Address people and QR codes use. Cookies are marked Secure when it is https. In production it must be set, and be https unless it leads to this machine itself.',
    'https://concierge.example.gr',
  ),
  TRUST_PROXY: setting(flag.default(false), '1 when a load balancer in front sets X-Forwarded-For and -Proto.', '1'),
  DATABASE_URL: setting(
    urlWith('postgres', 'postgresql').optional(),
    'PostgreSQL 18 as the role concierge_app, which owns nothing. Without it the embedded PostgreSQL is used.',
    'postgres://concierge_app:secret@db/concierge',
  ),
  DATABASE_OWNER_URL: setting(
    urlWith('postgres', 'postgresql').optional(),
    'PostgreSQL as the owner of the schema: migrations run with it at start. Without it the schema must be up to date already.',
    'postgres://concierge_owner:secret@db/concierge',
  ),
  DATABASE_CONNECTIONS: setting(
    z.coerce.number().int().min(2).max(200).default(10),
    'Connections to PostgreSQL for requests, per replica.',
    '20',
  ),
  MQTT_URL: setting(
    urlWith('mqtts').optional(),
    'External MQTT broker that checks client certificates of our device authority. Without it the embedded broker is used.',
    'mqtts://broker.internal:8883',
  ),
  MQTT_PUBLIC_URL: setting(
    urlWith('mqtts').optional(),
    'Address of the broker as kiosks reach it. MQTT_URL, or the embedded broker at the public host, when not set.',
    'mqtts://mqtt.example.gr:8883',
  ),
  MQTT_HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address the embedded broker listens on.', '0.0.0.0'),
  MQTT_PORT: setting(port.default(8883), 'Port of the embedded broker. In demo mode the next free one is used when it is taken.', '8883'),
  SMTP_URL: setting(
    urlWith('smtp', 'smtps').optional(),
    'Mail server for everything sent by e-mail. Without it production sends nothing and says so in the log.',
    'smtps://user:secret@mail.example.gr',
  ),
  MAIL_FROM: setting(
    z.string().min(3).default('New Concierge <noreply@localhost>'),
    'Sender of every e-mail.',
    'Γραφείο Αθηνά <noreply@concierge.example.gr>',
  ),
  RELEASES_DIR: setting(
    z.string().min(1).optional(),
    'Folder of the kiosk program’s releases, which the cloud serves below /releases/; `releases` inside CONCIERGE_DATA when not set. Every replica needs the same.',
    '/var/lib/concierge/releases',
  ),
  RELEASES_URL: setting(
    urlWith('https', 'http').endsWith('/', { error: 'must end with a slash' }).max(300).optional(),
    'Where kiosks fetch releases when something else serves that folder: a CDN, a bucket. The cloud itself when not set.',
    'https://releases.example.gr/kiosk/',
  ),
  RELEASES_TIMESTAMP_KEY: setting(
    z.string().min(1).optional(),
    'File of the timestamp key, with which the cloud renews what it says of a release that is on offer. Without it the operator must, every other day. Needs RELEASES_ROOT.',
    '/run/secrets/concierge/release-timestamp-key',
  ),
  RELEASES_ROOT: setting(
    z.string().min(1).optional(),
    'File of the first root statement of releases, by which the timestamp key is checked before it signs.',
    '/run/secrets/concierge/release-root.json',
  ),
  MEDIA_QUOTA_MB: setting(
    z.coerce.number().int().min(1).max(1_000_000).default(1_024),
    'How much an office may keep in its media library, in MiB.',
    '4096',
  ),
  WEATHER_URL: setting(
    z.union([z.literal('off'), urlWith('https', 'http').endsWith('/', { error: 'must end with a slash' }).max(300)]).optional(),
    'Open-Meteo’s forecast service, asked by the cloud for screens that show the weather. Without it production asks nobody, because the free address is for non-commercial use: subscribers have one of their own, and its program can be run on one’s own server. The demo asks the free one, unless this is off.',
    'https://customer-api.open-meteo.com/',
  ),
  WEATHER_PLACES_URL: setting(
    urlWith('https', 'http').endsWith('/', { error: 'must end with a slash' }).max(300).optional(),
    'Open-Meteo’s search for places by name. Without it an office types a place’s coordinates. The demo asks the free one, unless WEATHER_URL is off.',
    'https://customer-geocoding-api.open-meteo.com/',
  ),
  WEATHER_TOKEN: setting(
    z.string().min(8).max(200).optional(),
    'What a subscriber of Open-Meteo sends along as apikey.',
    'a-long-random-text',
  ),
  METRICS_TOKEN: setting(
    z.string().min(16).optional(),
    'Bearer token for /metrics. Without it only this machine may read them.',
    'a-long-random-text',
  ),
  LOG_LEVEL: setting(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'), 'How much is logged.', 'info'),
} as const;

export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** The settings in an environment, or a sentence for each that is wrong. An empty value counts as not set. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): { ok: true; settings: Settings } | { ok: false; faults: readonly string[] } {
  const given = Object.fromEntries(
    Object.keys(settingCatalogue).map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  );
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success)
    return {
      ok: false,
      faults: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message} (given: ${shown(given, issue.path)})`),
    };
  const faults = contradictions(parsed.data);
  return faults.length === 0 ? { ok: true, settings: parsed.data } : { ok: false, faults };
}

const settingsSchema = z.object({
  CONCIERGE_MODE: settingCatalogue.CONCIERGE_MODE.schema,
  CONCIERGE_DATA: settingCatalogue.CONCIERGE_DATA.schema,
  CONCIERGE_KEYS: settingCatalogue.CONCIERGE_KEYS.schema,
  HOST: settingCatalogue.HOST.schema,
  PORT: settingCatalogue.PORT.schema,
  PUBLIC_URL: settingCatalogue.PUBLIC_URL.schema,
  TRUST_PROXY: settingCatalogue.TRUST_PROXY.schema,
  DATABASE_URL: settingCatalogue.DATABASE_URL.schema,
  DATABASE_OWNER_URL: settingCatalogue.DATABASE_OWNER_URL.schema,
  DATABASE_CONNECTIONS: settingCatalogue.DATABASE_CONNECTIONS.schema,
  MQTT_URL: settingCatalogue.MQTT_URL.schema,
  MQTT_PUBLIC_URL: settingCatalogue.MQTT_PUBLIC_URL.schema,
  MQTT_HOST: settingCatalogue.MQTT_HOST.schema,
  MQTT_PORT: settingCatalogue.MQTT_PORT.schema,
  SMTP_URL: settingCatalogue.SMTP_URL.schema,
  MAIL_FROM: settingCatalogue.MAIL_FROM.schema,
  RELEASES_DIR: settingCatalogue.RELEASES_DIR.schema,
  RELEASES_URL: settingCatalogue.RELEASES_URL.schema,
  RELEASES_TIMESTAMP_KEY: settingCatalogue.RELEASES_TIMESTAMP_KEY.schema,
  RELEASES_ROOT: settingCatalogue.RELEASES_ROOT.schema,
  MEDIA_QUOTA_MB: settingCatalogue.MEDIA_QUOTA_MB.schema,
  WEATHER_URL: settingCatalogue.WEATHER_URL.schema,
  WEATHER_PLACES_URL: settingCatalogue.WEATHER_PLACES_URL.schema,
  WEATHER_TOKEN: settingCatalogue.WEATHER_TOKEN.schema,
  METRICS_TOKEN: settingCatalogue.METRICS_TOKEN.schema,
  LOG_LEVEL: settingCatalogue.LOG_LEVEL.schema,
});

/** The free service of Open-Meteo, for looking at the product. */
const FREE_WEATHER = { weatherUrl: 'https://api.open-meteo.com/', placesUrl: 'https://geocoding-api.open-meteo.com/' } as const;

/** Whom the weather is asked of; null when nobody. */
export function whomToAskForWeather(
  settings: Settings,
): { readonly weatherUrl: string; readonly placesUrl: string | undefined; readonly apiKey: string | undefined } | null {
  const { WEATHER_URL: weatherUrl, WEATHER_PLACES_URL: placesUrl, WEATHER_TOKEN: apiKey } = settings;
  if (weatherUrl === 'off') return null;
  if (weatherUrl !== undefined) return { weatherUrl, placesUrl, apiKey };
  return settings.CONCIERGE_MODE === 'demo' ? { ...FREE_WEATHER, apiKey: undefined } : null;
}

function contradictions(settings: Settings): string[] {
  const faults: string[] = [];
  if (settings.CONCIERGE_MODE === 'production') {
    if (settings.PUBLIC_URL === undefined) faults.push('PUBLIC_URL: must be set in production');
    else if (travelsInTheOpen(new URL(settings.PUBLIC_URL)))
      faults.push('PUBLIC_URL: must begin with https:// in production, unless it leads to this machine itself (http://localhost)');
  }
  if (settings.DATABASE_URL === undefined && settings.DATABASE_OWNER_URL !== undefined)
    faults.push('DATABASE_OWNER_URL: is set, but DATABASE_URL is not');
  if ((settings.RELEASES_TIMESTAMP_KEY === undefined) !== (settings.RELEASES_ROOT === undefined))
    faults.push('RELEASES_TIMESTAMP_KEY and RELEASES_ROOT: one of them is set without the other');
  return faults;
}

/** Whether others could read along: then a session's cookie, which is not marked Secure over http, would be anybody's. */
function travelsInTheOpen({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && hostname !== 'localhost' && hostname !== '[::1]' && !/^127(\.\d+){3}$/.test(hostname);
}

/** What was given, for the message, which ends in a log: of what could hold a secret nothing, and of a URL its protocol. */
function shown(given: Readonly<Record<string, string | undefined>>, path: readonly PropertyKey[]): string {
  const name = String(path[0] ?? '');
  const value = given[name];
  if (value === undefined) return 'nothing';
  if (name.includes('TOKEN')) return 'not repeated here';
  if (!name.includes('URL')) return value;
  const [protocol] = /^[a-z][a-z\d+.-]*:\/\//i.exec(value) ?? [];
  return protocol === undefined ? 'no URL' : `${protocol}…`;
}

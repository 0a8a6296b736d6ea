import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import { DEFAULT_PORT } from './screen/loopback-server.ts';

const pathOf = z.string().transform((path) => resolve(path));

/** The agent's settings, all from environment variables. An empty variable counts as absent. */
const Settings = z.object({
  CONCIERGE_KIOSK_DATA: z.string('must name the directory for the identity and the cache').transform((path) => resolve(path)),
  CONCIERGE_KIOSK_PORT: z.coerce
    .number('must be a port number')
    .int('must be a port number')
    .min(0, 'must be a port from 0 (any free one) to 65535')
    .max(65_535, 'must be a port from 0 (any free one) to 65535')
    .default(DEFAULT_PORT),
  CONCIERGE_CLOUD_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  CONCIERGE_BROKER_URL: z.url({ protocol: /^mqtts$/, error: 'must be an mqtts URL' }).optional(),
  CONCIERGE_CLAIM_TOKEN_FILE: pathOf.optional(),
  CONCIERGE_BOOT_TOKEN_FILE: pathOf.optional(),
  CONCIERGE_DISPLAY_FILE: pathOf.optional(),
  CONCIERGE_RENDERER_DIR: pathOf.default(fileURLToPath(new URL('../renderer/dist', import.meta.url))),
  CONCIERGE_SHELL: z.enum(['electron', 'chromium', 'none'], 'must be electron, chromium or none').default('none'),
  CONCIERGE_APPLIANCE: z
    .string()
    .transform((path) => resolve(path))
    .optional(),
  CONCIERGE_PICTURE_SOCKET: z
    .string()
    .max(100, 'must be a path that a socket can have, of 100 characters at most')
    .transform((path) => resolve(path))
    .optional(),
  CONCIERGE_DEMO: z
    .enum(['0', '1'], 'must be 0 or 1')
    .default('0')
    .transform((value) => value === '1'),
  CONCIERGE_RELEASE_DIR: pathOf.optional(),
  CONCIERGE_RELEASE_ROOT: pathOf.optional(),
  CONCIERGE_RELEASE_STARTED: z.string().max(2_000).optional(),
  CONCIERGE_BUILT_IN_SEQUENCE: z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .nonnegative('must not be negative')
    .default(0),
  CONCIERGE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent').default('info'),
});
export type Settings = z.infer<typeof Settings>;

/** The settings, or one sentence for each variable that is wrong. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Result<Settings, readonly string[]> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Settings.safeParse(present);
  if (parsed.success) return success(parsed.data);
  return failure(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
}

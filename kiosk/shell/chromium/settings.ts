import { resolve } from 'node:path';
import { z } from 'zod';

/** The variables of the Chromium shell. tools/gen/kiosk-settings.ts tells people about them. */
export const ShellSettings = z.object({
  CONCIERGE_KIOSK_URL: z
    .url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/, error: 'must be the page of an agent on this machine' })
    .default('http://127.0.0.1:8090/'),
  CONCIERGE_SHELL_DATA: z.string('must name the directory for the browser profile and the ladder').transform((path) => resolve(path)),
  /** `here`: this shell starts the agent, with the settings that it finds in the environment, and replaces it when it ends or hangs. */
  CONCIERGE_AGENT: z.enum(['here', 'elsewhere'], 'must be here or elsewhere').default('elsewhere'),
  /** `none`: there is no glass. The browser draws without a window, and is itself asked for a picture: a demo, a machine without a screen. */
  CONCIERGE_GLASS: z.enum(['here', 'none'], 'must be here or none').default('here'),
  /** Where the agent, which is told the same path, asks for a picture of the glass. */
  CONCIERGE_PICTURE_SOCKET: z.string().max(100, 'must be a path that a socket can have, of 100 characters at most').optional(),
  /** Where the appliance hears wishes: the ladder's two upper steps. */
  CONCIERGE_APPLIANCE: z.string().optional(),
  CONCIERGE_CHROMIUM: z.string().optional(),
  PATH: z.string().optional(),
});

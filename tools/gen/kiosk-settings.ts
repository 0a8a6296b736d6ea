import type { ShellSettings } from '../../kiosk/shell/chromium/settings.ts';

/** The variables of kiosk/agent/settings.ts as people are told about them. settings-table.test.ts keeps the two in step. */
export const kioskSettingCatalogue = {
  CONCIERGE_KIOSK_DATA: {
    default: null,
    about: 'Folder of the identity and the cache. It must be set, and outlive every update.',
    example: '/var/lib/concierge-kiosk',
  },
  CONCIERGE_KIOSK_PORT: {
    default: '8090',
    about: 'Port of the loopback page that the shell shows; 0 takes any free one.',
    example: '8090',
  },
  CONCIERGE_CLOUD_URL: {
    default: null,
    about: 'Address of the cloud, for the claim. A claimed kiosk knows it from its identity.',
    example: 'https://concierge.example.gr',
  },
  CONCIERGE_BROKER_URL: {
    default: null,
    about:
      'Stands for the broker address of the claim, when the broker moved. Its certificate must still come from the authority of the claim.',
    example: 'mqtts://mqtt.example.gr:8883',
  },
  CONCIERGE_CLAIM_TOKEN_FILE: {
    default: null,
    about: 'File with a development claim’s single-use token. Only the demo gives such tokens.',
    example: '/run/concierge/claim-token',
  },
  CONCIERGE_BOOT_TOKEN_FILE: {
    default: null,
    about: 'File with the token that a batch’s card brought. It is sent with the question for a code and erased once the kiosk is claimed.',
    example: '/var/lib/new-concierge/state/claim/token',
  },
  CONCIERGE_RENDERER_DIR: {
    default: 'the built renderer beside the agent',
    about: 'Folder of the built pages.',
    example: '/opt/concierge/renderer',
  },
  CONCIERGE_SHELL: {
    default: 'none',
    about: 'Which shell shows the page: electron, chromium or none. It is reported to the cloud.',
    example: 'chromium',
  },
  CONCIERGE_APPLIANCE: {
    default: null,
    about: 'Folder where the appliance hears wishes (a reboot) and answers them. Without it nothing of the machine can be asked for.',
    example: '/run/new-concierge',
  },
  CONCIERGE_PICTURE_SOCKET: {
    default: null,
    about: 'Socket where the Chromium shell, which is told the same path, hands over a picture of the glass. 100 characters at most.',
    example: '/run/new-concierge/screen/picture',
  },
  CONCIERGE_DEMO: {
    default: '0',
    about: '1 in the demo only, where kiosk and cloud share one clock: it counts as trusted, and the screen is told.',
    example: '0',
  },
  CONCIERGE_DISPLAY_FILE: {
    default: null,
    about: 'File in which the appliance waits for the word that switches the display on or off.',
    example: '/run/new-concierge/display/wanted',
  },
  CONCIERGE_RELEASE_DIR: {
    default: null,
    about:
      'Folder of the two release slots, on a partition that programs may run from. With it and the next one, the launcher starts the newest good release.',
    example: '/var/lib/concierge-release',
  },
  CONCIERGE_RELEASE_ROOT: {
    default: null,
    about: 'File of the first root statement of releases, which comes with the device.',
    example: '/etc/concierge/release-root.json',
  },
  CONCIERGE_RELEASE_STARTED: {
    default: null,
    about: 'What the launcher started. The launcher sets it; nobody else does.',
    example: 'null',
  },
  CONCIERGE_BUILT_IN_SEQUENCE: {
    default: '0',
    about: 'Release number of the program that came with the device. No release of a lower number takes its place.',
    example: '12',
  },
  CONCIERGE_LOG_LEVEL: { default: 'info', about: 'How much is logged: debug, info, warn, error or silent.', example: 'info' },
} as const satisfies Readonly<Record<string, { readonly default: string | null; readonly about: string; readonly example: string }>>;

interface Words {
  readonly about: string;
  readonly example: string;
}

/** The variables of the Chromium shell; what they are without being set is in their schema. PATH is every program's. */
export const chromiumShellWords: Readonly<Record<Exclude<keyof typeof ShellSettings.shape, 'PATH'>, Words>> = {
  CONCIERGE_KIOSK_URL: {
    about: 'The agent’s page, which the browser shows. It must be on this machine.',
    example: 'http://127.0.0.1:8090/',
  },
  CONCIERGE_SHELL_DATA: {
    about: 'Folder of the browser’s profile, and of what was tried already with a sick screen. It must be set.',
    example: '/run/new-concierge-screen/shell',
  },
  CONCIERGE_AGENT: {
    about:
      'here: the shell starts the agent, which finds its own settings in the same environment, and replaces it when it ends or hangs. elsewhere: a service manager does.',
    example: 'elsewhere',
  },
  CONCIERGE_GLASS: {
    about: 'none: there is no screen. The browser draws without a window, and is itself asked for a picture.',
    example: 'here',
  },
  CONCIERGE_PICTURE_SOCKET: {
    about: 'Socket where the agent, which is told the same path, asks for a picture of the glass. 100 characters at most.',
    example: '/run/new-concierge/screen/picture',
  },
  CONCIERGE_APPLIANCE: {
    about: 'Folder where the appliance hears wishes: the compositor’s restart and the reboot, when nothing less mends the screen.',
    example: '/run/new-concierge',
  },
  CONCIERGE_CHROMIUM: {
    about: 'The browser’s program. Without it the first that is found on the search path.',
    example: '/usr/bin/chromium',
  },
};

/** What the Electron shell reads besides the agent’s variables, none of which has a default. */
export const electronShellWords = {
  CONCIERGE_PAINTED_FILE: {
    about: 'File in which the shell tells the appliance when a frame was painted last. Without it nobody is told.',
    example: '/run/new-concierge-screen/painted',
  },
} as const satisfies Readonly<Record<string, Words>>;

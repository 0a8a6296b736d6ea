/** What Chromium is started with: one page, on one screen, that nobody can leave, and a browser that talks to nobody but the agent. */
export function chromiumArguments(options: {
  readonly url: string;
  readonly profileDir: string;
  /** The agent's host, the only one whose name or address is resolved. */
  readonly agentHost: string;
  readonly headless: boolean;
  /** Chromium refuses to run as root inside its sandbox. */
  readonly withoutSandbox: boolean;
}): readonly string[] {
  return [
    // A glass has a compositor to ask for its picture. Without one the browser itself is asked, by a pipe that nobody but its parent holds; never by a port.
    ...(options.headless ? ['--headless=new', '--remote-debugging-pipe'] : []),
    ...(options.withoutSandbox ? ['--no-sandbox'] : []),
    '--kiosk',
    `--app=${options.url}`,
    `--user-data-dir=${options.profileDir}`,
    // Nothing is kept: the profile is new at each start, and what the page stores stays in memory.
    '--incognito',
    '--no-first-run',
    '--no-default-browser-check',
    '--password-store=basic',
    // No question, bubble or bar ever covers the screen.
    '--noerrdialogs',
    '--hide-crash-restore-bubble',
    '--disable-session-crashed-bubble',
    '--disable-infobars',
    '--disable-notifications',
    '--deny-permission-prompts',
    '--disable-prompt-on-repost',
    // A finger moves nothing but the page.
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    // No extension, no translation, no account.
    '--disable-extensions',
    '--disable-component-extensions-with-background-pages',
    '--disable-default-apps',
    '--disable-sync',
    `--disable-features=${disabledFeatures.join(',')}`,
    // The browser calls nobody on its own account, and could not: no other name resolves.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-client-side-phishing-detection',
    '--disable-breakpad',
    '--disable-crash-reporter',
    '--no-pings',
    '--no-service-autorun',
    '--no-proxy-server',
    '--disable-quic',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${options.agentHost}`,
    // A screen is never in the background; a throttled page would look sick to the ladder.
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-background-timer-throttling',
  ];
}

const disabledFeatures = [
  'Translate',
  'MediaRouter',
  'DialMediaRouteProvider',
  'OptimizationHints',
  'InterestFeedContentSuggestions',
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'GlobalMediaControls',
];

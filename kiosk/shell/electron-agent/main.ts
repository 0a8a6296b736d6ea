import { createAgent } from '@concierge/kiosk-agent/agent.ts';
import { systemClockSources } from '@concierge/kiosk-agent/clock/clock.ts';
import { alsoTo, createRecentLines } from '@concierge/kiosk-agent/log/recent-lines.ts';
import { destination, pino } from 'pino';
import { trustCloudAuthority } from './cloud-authority.ts';
import { serveAgent } from './service.ts';

// The agent as a utility process of Electron (docs/adr/0008): plain Node, no Electron import. Its settings arrive in the first message; the
// environment belongs to Electron's main process. It serves no page: the renderer gets its state over the bridge.

/** Not zero, so that the shell takes it for an agent to start again. */
const RESTART_EXIT_CODE = 75;

process.umask(0o077);

serveAgent({
  port: {
    postMessage: (message) => process.parentPort.postMessage(message),
    onMessage: (listener) => process.parentPort.on('message', ({ data }) => listener(data)),
  },
  createAgent(
    { dataDir, cloudUrl, cloudAuthorityFile, claimTokenFile, bootTokenFile, applianceDir, displayFile, demo, logLevel },
    takePicture,
  ) {
    if (cloudAuthorityFile !== undefined) trustCloudAuthority(cloudAuthorityFile);
    const recentLines = createRecentLines();
    return createAgent({
      dataDir,
      cloudUrl,
      claimTokenFile,
      bootTokenFile,
      applianceDir,
      displayFile,
      takePicture,
      recentLines,
      demo,
      rendererDir: '',
      shell: 'electron',
      port: null,
      restart: () => process.exit(RESTART_EXIT_CODE),
      logger: pino({ name: 'kiosk-agent', level: logLevel }, alsoTo(destination(2), recentLines)),
      // The demo runs beside its cloud on one machine, so the two clocks are the same clock.
      ...(demo ? { clockSources: { ...systemClockSources, synchronized: () => true } } : {}),
    });
  },
  exit(code, reason) {
    if (code !== 0) console.error(reason);
    process.exit(code);
  },
});

import type { BringingCommand } from '@concierge/contract/http/command-results.ts';
import type { Logger } from 'pino';
import { askAppliance } from './appliance/wish.ts';
import { bringResult } from './device/bring-result.ts';
import type { DeviceIdentity } from './device/identity.ts';
import type { RecentLines } from './log/recent-lines.ts';
import type { CommandActions } from './sync/commands.ts';

/** What the agent needs from around it to do what it is asked; each is missing where there is no such thing, and then the command fails. */
export interface CommandPorts {
  /** Ends this agent for whoever started it to start it anew; missing where nobody would. */
  readonly restart?: (() => void) | undefined;
  /** Where the appliance hears wishes and answers them. */
  readonly applianceDir?: string | undefined;
  /** Takes a picture of the glass. */
  readonly takePicture?: (() => Promise<Uint8Array<ArrayBuffer>>) | undefined;
  readonly recentLines?: Pick<RecentLines, 'read'> | undefined;
}

/** Each name, and what it does. What cannot be done here throws, and is answered as failed. */
export function createCommandActions(deps: {
  readonly identity: Pick<DeviceIdentity, 'deviceId' | 'keyPem' | 'cloudUrl'>;
  readonly ports: CommandPorts;
  identify(): void;
  reload(): void;
  readonly stopping: AbortSignal;
  readonly logger: Logger;
}): CommandActions {
  const { ports, logger } = deps;

  async function bring(command: BringingCommand, commandId: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
    const { identity, stopping } = deps;
    const brought = await bringResult({ identity, commandId, content, stopping });
    if (!brought.ok) throw new Error(`the cloud did not take it: ${brought.error}`);
    logger.info({ command, bytes: content.length }, 'what was asked for is brought');
  }

  return {
    identify: { endsAgent: false, carryOut: () => deps.identify() },
    reload: { endsAgent: false, carryOut: () => deps.reload() },
    restart: {
      endsAgent: ports.restart !== undefined,
      carryOut() {
        if (ports.restart === undefined) throw new Error('nobody would start this agent again');
        ports.restart();
      },
    },
    reboot: {
      // The appliance waits a moment before it does, so that the answer gets out.
      endsAgent: false,
      async carryOut() {
        if (ports.applianceDir === undefined) throw new Error('there is no appliance to ask');
        await askAppliance('reboot', ports.applianceDir);
      },
    },
    logs: {
      endsAgent: false,
      async carryOut(commandId) {
        if (ports.recentLines === undefined) throw new Error('this agent keeps no lines');
        await bring('logs', commandId, new Uint8Array(ports.recentLines.read()));
      },
    },
    screenshot: {
      endsAgent: false,
      async carryOut(commandId) {
        if (ports.takePicture === undefined) throw new Error('nobody here sees the glass');
        await bring('screenshot', commandId, await ports.takePicture());
      },
    },
  };
}

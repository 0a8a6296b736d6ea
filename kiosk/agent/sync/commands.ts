import type { CommandClaims, CommandName, CommandResult } from '@concierge/contract/mqtt/command.ts';
import type { Logger } from 'pino';
import type { KioskCache } from '../cache/cache.ts';
import type { Clock } from '../clock/clock.ts';

/** What the device does when it is asked to. Its end is the answer; what ends the agent itself happens after the answer is out. */
export type CommandActions = Readonly<
  Record<CommandName, { readonly endsAgent: boolean; carryOut(commandId: string): void | Promise<void> }>
>;

/**
 * Carries out a command of the cloud that passed its checks, at most once: that it is begun is on disk before anything happens, so a repetition, whoever makes it,
 * does nothing and is not answered. One that has run out is answered and not carried out.
 */
export async function obey(
  command: CommandClaims,
  deps: {
    readonly cache: Pick<KioskCache, 'beginCommand'>;
    /** A command has run out when it has by everything that is known of the time: a clock that is a minute ahead must not make a screen deaf. */
    readonly clock: Pick<Clock, 'nowMs' | 'timeBounds'>;
    readonly actions: CommandActions;
    /** Sends the answer; resolves when the broker has it, or when it will not. */
    answer(result: CommandResult): Promise<unknown>;
    readonly logger: Logger;
  },
): Promise<void> {
  const { id, command: name } = command;
  const answer = (outcome: CommandResult['outcome']) => deps.answer({ id, outcome, at: new Date(deps.clock.nowMs()).toISOString() });
  if (Date.parse(command.expiresAt) <= deps.clock.timeBounds().earliestMs) {
    deps.logger.warn({ command: name, id }, 'a command came after it had run out');
    await answer('expired');
    return;
  }
  if (!deps.cache.beginCommand(id)) {
    deps.logger.warn({ command: name, id }, 'a command came twice');
    return;
  }
  deps.logger.info({ command: name, id }, 'a command');
  const action = deps.actions[name];
  if (action.endsAgent) await answer('done');
  try {
    await action.carryOut(id);
  } catch (error) {
    deps.logger.error({ error, command: name }, 'a command failed');
    await answer('failed');
    return;
  }
  if (!action.endsAgent) await answer('done');
}

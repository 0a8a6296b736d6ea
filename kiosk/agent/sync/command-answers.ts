import type { CommandResult } from '@concierge/contract/mqtt/command.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Connection } from './connection.ts';

/** Answers to commands. One that the broker did not take is kept for the next connection: what is done is done, and whoever asked should not ask again. */
export interface CommandAnswers {
  /** Resolves when the broker has it, or when it will not take it now. */
  answer(result: CommandResult): Promise<void>;
  connected(): Promise<void>;
}

/** Each was asked for by a person; the cloud keeps no more of a device than fifty. */
const MOST_KEPT = 20;

export function createCommandAnswers(deps: { deviceId: string; publish: Connection['publish'] }): CommandAnswers {
  const kept: CommandResult[] = [];

  async function answer(result: CommandResult): Promise<void> {
    const payload = JSON.stringify(result);
    if (await deps.publish({ topic: topicOf('commandResult', deps.deviceId, result.id), payload, retain: false })) return;
    kept.push(result);
    if (kept.length > MOST_KEPT) kept.shift();
  }

  return {
    answer,
    async connected() {
      for (const result of kept.splice(0)) await answer(result);
    },
  };
}

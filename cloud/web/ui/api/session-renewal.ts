import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { ApiProblem } from './problem.ts';

const MOST_ATTEMPTS = 6;
const PAUSE_MS = 250;

export interface SessionRenewal {
  /**
   * Makes a new access cookie unless somebody has since `refusedAtMs`, the moment the refused request was sent. Every caller of this tab
   * shares one renewal, and the lock lets one tab at a time try, because a refresh secret works once.
   */
  renew(refusedAtMs: number): Promise<Result<null, 'ended' | ApiProblem>>;
}

export interface SessionRenewalDeps {
  /** POST /api/users/token/refresh; null when it worked. */
  post(): Promise<ApiProblem | null>;
  /** Runs the work while no other tab runs its own. */
  exclusively<Value>(work: () => Promise<Value>): Promise<Value>;
  /** When any tab last renewed, shared between tabs. */
  readonly lastRenewal: { readMs(): number; write(ms: number): void };
  nowMs(): number;
  pause(durationMs: number): Promise<void>;
}

export function createSessionRenewal(deps: SessionRenewalDeps): SessionRenewal {
  let running: Promise<Result<null, 'ended' | ApiProblem>> | null = null;

  async function attempt(): Promise<Result<null, 'ended' | ApiProblem>> {
    for (let attempts = 1; ; attempts += 1) {
      const problem = await deps.post();
      if (problem === null) {
        deps.lastRenewal.write(deps.nowMs());
        return success(null);
      }
      if (problem.status === 401) return failure('ended');
      // Another browser window was faster: its new cookie arrives in a moment, and the next try shows that one.
      if (problem.code !== 'in-progress' || attempts === MOST_ATTEMPTS) return failure(problem);
      await deps.pause(PAUSE_MS * attempts);
    }
  }

  return {
    renew(refusedAtMs) {
      running ??= deps
        .exclusively(async () => (deps.lastRenewal.readMs() > refusedAtMs ? success(null) : attempt()))
        .finally(() => {
          running = null;
        });
      return running;
    },
  };
}

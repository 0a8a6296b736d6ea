import type { CommandClaims, CommandResult } from '@concierge/contract/mqtt/command.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../testing/kiosk.ts';
import { type CommandActions, obey } from './commands.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
let steps: string[];
let begun: Set<string>;
let fails: boolean;
let aheadMs: number;
let errorMs: number;

beforeEach(() => {
  steps = [];
  begun = new Set();
  fails = false;
  aheadMs = 0;
  errorMs = 0;
});

const act = (name: string, endsAgent: boolean) => ({
  endsAgent,
  carryOut() {
    steps.push(name);
    if (fails) throw new Error('no');
  },
});
const actions: CommandActions = {
  identify: act('identify', false),
  reload: act('reload', false),
  restart: act('restart', true),
  reboot: act('reboot', false),
  logs: act('logs', false),
  screenshot: act('screenshot', false),
};

const give = (command: CommandClaims['command'], expiresInMs = 60_000, id = 'one') =>
  obey(
    {
      kind: 'command',
      deviceId: 'device',
      buildingId: 'building',
      id,
      command,
      issuedAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + expiresInMs).toISOString(),
    },
    {
      cache: {
        beginCommand(begin) {
          steps.push('noted');
          if (begun.has(begin)) return false;
          begun.add(begin);
          return true;
        },
      },
      clock: {
        nowMs: () => nowMs + aheadMs,
        timeBounds: () => ({ earliestMs: nowMs + aheadMs - errorMs, latestMs: nowMs + aheadMs + errorMs }),
      },
      actions,
      answer: async ({ outcome }: CommandResult) => steps.push(outcome),
      logger: silentLogger,
    },
  );

describe('a command', () => {
  it('is noted before it is carried out, and answered after', async () => {
    await give('identify');
    expect(steps).toEqual(['noted', 'identify', 'done']);
  });
  it('that ends the agent is answered before: afterwards there is nobody to do it', async () => {
    await give('restart');
    expect(steps).toEqual(['noted', 'done', 'restart']);
  });
  it('that came before does nothing and says nothing', async () => {
    await give('reload');
    await give('reload');
    expect(steps).toEqual(['noted', 'reload', 'done', 'noted']);
  });
  it.each([0, -1])('that has run out by %i ms is not noted and not carried out', async (expiresInMs) => {
    await give('reload', expiresInMs);
    expect(steps).toEqual(['expired']);
  });
  it('is carried out by a clock that is ahead of it by less than it may be off', async () => {
    aheadMs = 75_000;
    errorMs = 90_000;
    await give('reload');
    expect(steps).toEqual(['noted', 'reload', 'done']);
    aheadMs = 150_001;
    await give('reload', 60_000, 'two');
    expect(steps.at(-1)).toBe('expired');
  });
  it('that fails is said to have failed', async () => {
    fails = true;
    await give('reload');
    expect(steps).toEqual(['noted', 'reload', 'failed']);
  });
});

import { expect, it } from 'vitest';
import { reasonFamily, releaseLineOf } from './release-rules.ts';

const standings = { current: 0, starting: 0, waiting: 0, downloading: 0, later: 0, held: 0, failed: 0, stopped: 0, none: 0 };
const rollout = {
  sequence: 7,
  version: '1.4.0',
  state: 'running',
  ring: 1,
  startedAt: '2026-11-21T00:00:00.000Z',
  soaksUntil: null,
  quiet: null,
} as const;

it('counts the screens that take releases, and tells what the others wait for', () => {
  expect(releaseLineOf({ rollout, standings: { ...standings, current: 412, waiting: 18, none: 5 } })).toEqual({
    current: 412,
    total: 430,
    parts: [{ standing: 'waiting', count: 18 }],
  });
  expect(releaseLineOf({ rollout, standings: { ...standings, failed: 1, later: 2 } })?.parts.map(({ standing }) => standing)).toEqual([
    'failed',
    'later',
  ]);
});

it('tells nothing where nothing goes out, or nobody takes it', () => {
  expect(releaseLineOf({ rollout: null, standings: { ...standings, none: 3 } })).toBeNull();
  expect(releaseLineOf({ rollout, standings: { ...standings, none: 3 } })).toBeNull();
});

it.each([
  ['nothing-painted', 'dark'],
  ['no-room', 'room'],
  ['disk-full', 'room'],
  ['too-slow', 'network'],
  ['offline', 'away'],
  ['a code of tomorrow', 'other'],
] as const)('%s is told as %s', (code, family) => {
  expect(reasonFamily(code)).toBe(family);
});

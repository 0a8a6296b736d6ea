import { readFileSync } from 'node:fs';
import type { LobbyBridge, PaintedFrame } from '@concierge/contract/kiosk/screen.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aScreenState } from '../testing/screen-states.ts';

const electron = vi.hoisted(() => {
  const exposed = new Map<string, unknown>();
  const listeners = new Map<string, (event: object, value: unknown) => void>();
  return {
    exposed,
    listeners,
    sent: [] as unknown[][],
    contextBridge: { exposeInMainWorld: (name: string, api: unknown) => void exposed.set(name, api) },
  };
});
vi.mock('electron', () => ({
  contextBridge: electron.contextBridge,
  ipcRenderer: {
    on: (channel: string, listener: (event: object, value: unknown) => void) => void electron.listeners.set(channel, listener),
    send: (...values: unknown[]) => void electron.sent.push(values),
  },
}));

let bridge: LobbyBridge;
const arrive = (value: unknown): void => electron.listeners.get('screen-state')?.({ sender: 'electron' }, value);

beforeEach(async () => {
  electron.sent.length = 0;
  vi.resetModules();
  await import('./preload.ts');
  const api = electron.exposed.get('lobbyBridge');
  if (!isBridge(api)) throw new Error('the preload exposes no bridge');
  bridge = api;
});

function isBridge(value: unknown): value is LobbyBridge {
  return typeof value === 'object' && value !== null && 'subscribe' in value && 'painted' in value;
}

describe('the bridge of the preload', () => {
  it('asks for the state at once, and hands on each that arrives', () => {
    const listener = vi.fn();
    bridge.subscribe(listener);
    expect(electron.sent).toEqual([['screen-subscribe']]);
    arrive(aScreenState({ contentSequence: 3 }));
    expect(listener.mock.calls).toEqual([[aScreenState({ contentSequence: 3 })]]);
  });

  it('gives a later listener the last state at once, and stops when told', () => {
    arrive(aScreenState({ contentSequence: 4 }));
    const listener = vi.fn();
    const stop = bridge.subscribe(listener);
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    arrive(aScreenState({ contentSequence: 5 }));
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('never hands on an event of Electron, nor what is no state', () => {
    const listener = vi.fn();
    bridge.subscribe(listener);
    for (const value of [null, undefined, 'state', [], {}, { phase: 'running' }, { ...aScreenState(), nowMs: Number.NaN }]) arrive(value);
    expect(listener).not.toHaveBeenCalled();
    arrive(aScreenState());
    expect(listener.mock.calls[0]).toHaveLength(1);
  });

  it('takes no more listeners than a page has', () => {
    for (let listener = 0; listener < 8; listener += 1) bridge.subscribe(() => undefined);
    expect(() => bridge.subscribe(() => undefined)).toThrow('at most 8');
  });

  it('sends a painted frame, and only its own fields', () => {
    bridge.painted({ contentSequence: 1, scene: 'overview' });
    bridge.painted({ contentSequence: 1, scene: 'overview', unplayable: 2 });
    expect(electron.sent).toEqual([
      ['painted', { contentSequence: 1, scene: 'overview' }],
      ['painted', { contentSequence: 1, scene: 'overview', unplayable: 2 }],
    ]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'overview'],
    ['a list', [1, 'overview']],
    ['a negative sequence', { contentSequence: -1, scene: 'overview' }],
    ['a broken sequence', { contentSequence: 1.5, scene: 'overview' }],
    ['no scene', { contentSequence: 1 }],
    ['an empty scene', { contentSequence: 1, scene: '' }],
    ['an endless scene', { contentSequence: 1, scene: 'x'.repeat(41) }],
    ['half a film', { contentSequence: 1, scene: 'overview', unplayable: 0.5 }],
    ['less than no film', { contentSequence: 1, scene: 'overview', unplayable: -1 }],
    ['more than a frame', { contentSequence: 1, scene: 'overview', channel: 'other' }],
  ])('sends nothing for %s', (_what, frame) => {
    expect(() => Reflect.apply(bridge.painted, bridge, [frame])).toThrow(TypeError);
    expect(electron.sent).toEqual([]);
  });

  it('is typed as the contract has it', () => {
    const frame: PaintedFrame = { contentSequence: 0, scene: 'safe' };
    bridge.painted(frame);
    expect(readFileSync(new URL('./preload.ts', import.meta.url), 'utf8')).toContain('const bridge: LobbyBridge');
  });
});

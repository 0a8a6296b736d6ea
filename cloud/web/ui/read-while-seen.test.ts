import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { callWhileSeen } from './read-while-seen.ts';

class FakeDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  become(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

function readPage() {
  const page = { document: new FakeDocument(), window: new EventTarget() };
  let reads = 0;
  const stop = callWhileSeen(() => (reads += 1), page);
  return { ...page, stop, reads: () => reads };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('reads at once, and every minute while somebody looks', () => {
  const page = readPage();
  expect(page.reads()).toBe(1);
  vi.advanceTimersByTime(180_000);
  expect(page.reads()).toBe(4);
});

it('leaves the network alone while nobody looks, and reads as soon as somebody does', () => {
  const page = readPage();
  page.document.become('hidden');
  vi.advanceTimersByTime(600_000);
  page.window.dispatchEvent(new Event('online'));
  expect(page.reads()).toBe(1);
  page.document.become('visible');
  expect(page.reads()).toBe(2);
});

it('reads when there is a network again', () => {
  const page = readPage();
  page.window.dispatchEvent(new Event('online'));
  expect(page.reads()).toBe(2);
});

it('reads no more once the page is left', () => {
  const page = readPage();
  page.stop();
  vi.advanceTimersByTime(120_000);
  page.document.become('visible');
  page.window.dispatchEvent(new Event('online'));
  expect(page.reads()).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

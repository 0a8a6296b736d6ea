import type { Media } from '@concierge/contract/http/media.ts';
import { describe, expect, it } from 'vitest';
import { createUploadQueue, IDLE, MOST_WAITING, type UploadState } from './upload-queue.ts';

const filesNamed = (...names: readonly string[]) => names.map((name) => new File(['x'], name));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index}.png`);
const aMedia = (name: string): Media => ({
  sha256: 'ab'.repeat(32),
  type: 'image/png',
  bytes: 1,
  name,
  width: 1,
  height: 1,
  uploadedAt: '2026-11-20T10:00:00.000Z',
});

/** A queue whose files arrive, or are refused, when they are told to. */
function aQueue() {
  let state: UploadState = IDLE;
  const begun: string[] = [];
  let end: PromiseWithResolvers<Media> | null = null;
  const queue = createUploadQueue({
    upload: async ({ name }, { signal }) => {
      begun.push(name);
      end = Promise.withResolvers<Media>();
      signal.addEventListener('abort', () => end?.reject(new Error('stopped')));
      return end.promise;
    },
    onChange: (next) => (state = next),
  });
  const step = async (settle: (end: PromiseWithResolvers<Media>) => void) => {
    if (end === null) throw new Error('nothing is on its way');
    settle(end);
    await new Promise(setImmediate);
  };
  return {
    ...queue,
    begun,
    state: () => state,
    arrives: async () => step(({ resolve }) => resolve(aMedia(begun.at(-1) ?? ''))),
    isRefused: async () => step(({ reject }) => reject(new Error('refused'))),
  };
}

describe('the queue of uploads', () => {
  it('resolves with a file that was sent alone', async () => {
    const queue = aQueue();
    const alone = queue.add(filesNamed('a.png'));
    await queue.arrives();
    expect((await alone)?.name).toBe('a.png');
    expect(queue.state()).toMatchObject({ sending: null, waiting: 0, failed: [], untaken: [], added: { name: 'a.png' } });
  });

  it('sends what is added meanwhile after the others, and then nobody was alone', async () => {
    const queue = aQueue();
    const first = queue.add(filesNamed('a.png'));
    expect(await queue.add(filesNamed('b.png', 'c.png'))).toBeNull();
    expect([queue.begun, queue.state().waiting]).toEqual([['a.png'], 2]);
    await queue.arrives();
    await queue.isRefused();
    expect(queue.state()).toMatchObject({ sending: { name: 'c.png' }, waiting: 0, failed: [{ name: 'b.png' }] });
    await queue.arrives();
    expect(await first).toBeNull();
    expect(queue.begun).toEqual(['a.png', 'b.png', 'c.png']);
    expect(queue.state()).toMatchObject({ sending: null, added: { name: 'c.png' } });
  });

  it('says which were more than may wait, also of those that are added meanwhile', async () => {
    const queue = aQueue();
    void queue.add(filesNamed(...numbered(MOST_WAITING + 2)));
    expect(queue.state()).toMatchObject({ untaken: ['20.png', '21.png'], waiting: MOST_WAITING - 1 });
    await queue.add(filesNamed('late.png', 'too late.png'));
    expect(queue.state()).toMatchObject({ untaken: ['20.png', '21.png', 'too late.png'], waiting: MOST_WAITING });
    for (let sent = 0; sent <= MOST_WAITING; sent += 1) await queue.arrives();
    expect(queue.begun).toEqual([...numbered(MOST_WAITING), 'late.png']);
    // What was said stands until something is sent anew.
    expect(queue.state().untaken).toHaveLength(3);
    void queue.add(filesNamed('20.png'));
    expect(queue.state().untaken).toEqual([]);
  });

  it('sends nothing more once it was stopped, and begins anew after that', async () => {
    const queue = aQueue();
    const all = queue.add(filesNamed('a.png', 'b.png'));
    queue.stop();
    expect(await all).toBeNull();
    expect(queue.begun).toEqual(['a.png']);
    expect(queue.state()).toMatchObject({ sending: null, waiting: 0, failed: [], wasStopped: true });
    void queue.add(filesNamed('c.png'));
    await queue.arrives();
    expect(queue.begun).toEqual(['a.png', 'c.png']);
    expect(queue.state()).toMatchObject({ wasStopped: false, added: { name: 'c.png' } });
  });
});

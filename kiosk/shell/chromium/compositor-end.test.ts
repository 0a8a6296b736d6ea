import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { onCompositorEnd } from './compositor-end.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'concierge-wayland-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('is told when the compositor lets its clients go, and not before', async () => {
  const folder = aFolder();
  const server = createServer().listen(join(folder, 'wayland-0'));
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const over = vi.fn();
  onCompositorEnd({ XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: 'wayland-0' }, over);
  const [client] = (await once(server, 'connection')) as [Socket];
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(over).not.toHaveBeenCalled();
  client.destroy();
  await vi.waitFor(() => expect(over).toHaveBeenCalledOnce());
});

it('is not told where there is no compositor', async () => {
  const over = vi.fn();
  onCompositorEnd({}, over);
  onCompositorEnd({ XDG_RUNTIME_DIR: aFolder(), WAYLAND_DISPLAY: 'wayland-0' }, over);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(over).not.toHaveBeenCalled();
});

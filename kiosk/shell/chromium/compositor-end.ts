import { connect } from 'node:net';
import { join } from 'node:path';

/**
 * Tells once when the compositor that this shell runs in is over. cage 0.1.4, the one of Debian 12, ends its display when the last output goes and then only waits for the shell, which would start its
 * browser again and again where there is no display any more. A client that never says a word is let be, and loses its socket with all the others. Where there is no compositor, nothing is told.
 */
export function onCompositorEnd(environment: Readonly<Record<string, string | undefined>>, over: () => void): void {
  const { XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: name } = environment;
  if (folder === undefined || name === undefined) return;
  const socket = connect(join(folder, name));
  socket.once('connect', () => socket.once('close', over));
  socket.on('error', () => undefined);
  // It says nothing to us either, but only what is read comes to an end.
  socket.resume();
}

import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The operating system's user a server runs as when root starts it. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** The unprivileged user every Linux has. */
export const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 };

/** For what root makes on behalf of another user who cannot pass through our own directories. */
export const ROOT_STATE_DIR = '/var/lib/concierge';

/** Whether the user may pass through the directory and every one above it (by mode bits; access control lists are not read). */
export async function canReach(user: ServerUser, directory: string): Promise<boolean> {
  for (let path = resolve(directory); ; path = dirname(path)) {
    const entry = await stat(path);
    const passBit = entry.uid === user.uid ? 0o100 : entry.gid === user.gid ? 0o010 : 0o001;
    if ((entry.mode & passBit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

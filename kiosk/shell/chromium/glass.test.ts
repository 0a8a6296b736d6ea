import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resultMaxBytes } from '@concierge/contract/http/command-results.ts';
import { pictureFromShell } from '@concierge/kiosk-agent/screen/picture.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPictureDoor, type PictureDoor } from '../picture-door.ts';
import { pictureOfCompositor } from './glass.ts';

let folder: string;
let doors: PictureDoor[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glass-'));
  doors = [];
});
afterEach(() => {
  for (const door of doors) door.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the picture of the compositor', () => {
  const grim = (body: string) => {
    const program = join(folder, 'grim');
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" >'${folder}/arguments'\n${body}\n`);
    chmodSync(program, 0o755);
    return program;
  };

  it('is what grim writes, asked with arguments that never change', async () => {
    expect(Buffer.from(await pictureOfCompositor(grim('printf PNG'))).toString()).toBe('PNG');
    expect(readFileSync(join(folder, 'arguments'), 'utf8')).toBe('-s\n1\n-t\npng\n-l\n6\n-\n');
  });

  it('is of half the size where the whole is more than may be brought', async () => {
    const large = `[ "$2" = 0.5 ] && printf half || head -c ${resultMaxBytes.screenshot + 1} /dev/zero`;
    expect(Buffer.from(await pictureOfCompositor(grim(large))).toString()).toBe('half');
  });

  it('says what grim complained of', async () => {
    await expect(pictureOfCompositor(grim('echo "jpeg support disabled" >&2; exit 1'))).rejects.toThrow('grim: jpeg support disabled');
  });

  it.each([
    ['there is no compositor', 'echo "compositor does not support it" >&2; exit 1'],
    ['it is empty', 'true'],
    ['it is larger than may be brought', `head -c ${resultMaxBytes.screenshot + 1} /dev/zero`],
  ])('is none when %s', async (_what, body) => {
    await expect(pictureOfCompositor(grim(body))).rejects.toThrow();
  });

  it('is none where there is no grim', async () => {
    await expect(pictureOfCompositor(join(folder, 'absent'))).rejects.toThrow('ENOENT');
  });
});

describe('the door between agent and shell', () => {
  const path = () => join(folder, 'screen/picture');
  function open(take: () => Promise<Uint8Array>): PictureDoor {
    const door = createPictureDoor({ socketPath: path(), take, logger: pino({ level: 'silent' }) });
    doors.push(door);
    door.open();
    return door;
  }
  const opened = () => expect.poll(() => existsSync(path()) && (statSync(path()).mode & 0o777) === 0o660).toBe(true);

  it('hands one picture to whoever connects, again and again', async () => {
    let count = 0;
    open(async () => Buffer.alloc(1_500_000, (count += 1)));
    await opened();
    expect((await pictureFromShell(path())).length).toBe(1_500_000);
    expect((await pictureFromShell(path()))[0]).toBe(2);
  });

  it('says honestly that there is none', async () => {
    open(() => Promise.reject(new Error('no compositor')));
    await opened();
    await expect(pictureFromShell(path())).rejects.toThrow('could not');
  });

  it('takes one at a time', async () => {
    let finish: (picture: Uint8Array) => void = () => undefined;
    open(() => new Promise((resolve) => (finish = resolve)));
    await opened();
    const first = pictureFromShell(path());
    await expect.poll(() => pictureFromShell(path()).catch((error: Error) => error.message)).toContain('could not');
    finish(Buffer.from('first'));
    expect(Buffer.from(await first).toString()).toBe('first');
  });

  it('opens where a shell that was killed has left its socket', async () => {
    await new Promise<void>((resolve) => createServer().listen(join(folder, 'left'), resolve));
    const killed = createPictureDoor({
      socketPath: join(folder, 'left'),
      take: async () => Buffer.from('new'),
      logger: pino({ level: 'silent' }),
    });
    doors.push(killed);
    killed.open();
    await expect
      .poll(() =>
        pictureFromShell(join(folder, 'left')).then(
          (picture) => Buffer.from(picture).toString(),
          () => '',
        ),
      )
      .toBe('new');
  });

  it('is given up by the agent when the shell lets go without a word', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(join(folder, 'dying'), resolve));
    await expect(pictureFromShell(join(folder, 'dying'))).rejects.toThrow();
    server.close();
  });

  it('is not there without a shell, and brings no more than may be brought', async () => {
    await expect(pictureFromShell(path())).rejects.toThrow('ENOENT');
    open(async () => Buffer.alloc(resultMaxBytes.screenshot + 1));
    await opened();
    await expect(pictureFromShell(path())).rejects.toThrow('too large');
  });
});

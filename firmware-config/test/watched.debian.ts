import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyFolder, run, standIns, start } from './scripts.ts';

/** What the agent says, or how it fails to: it can be changed while `watched` runs. */
type Answer = { readonly text: string } | 'hangs' | 'breaks';

const healthy = (paintedAgeSeconds: number | null): Answer => ({
  text: JSON.stringify({
    phase: 'showing',
    link: 'online',
    contentSequence: 3,
    paintedSequence: 3,
    paintedAgeSeconds,
    dataAgeSeconds: null,
  }),
});

async function agent(first: Answer) {
  let answer = first;
  const server = createServer((_request, response) => {
    if (answer === 'hangs') return;
    if (answer === 'breaks') return response.destroy();
    response.setHeader('content-type', 'application/json');
    response.end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`,
    becomes(next: Answer) {
      answer = next;
    },
  };
}

function watch(
  duty: 'answers' | 'paints',
  url: string,
  program: readonly string[] = ['sleep', '60'],
  env: Readonly<Record<string, string>> = {},
  folder = emptyFolder(),
) {
  const systemd = standIns({ 'systemd-notify': '' });
  const watched = start('watched', [duty, '--', ...program], {
    PATH: systemd.path,
    HEALTH_URL: url,
    LOOK_EVERY_S: '0.1',
    PAINTED_WITHIN_S: '1',
    ANSWER_WITHIN_S: '0.3',
    GIVEN_UP: join(folder, 'given-up'),
    DISPLAY_WORD: join(folder, 'wanted'),
    CONNECTORS: join(folder, 'connectors'),
    LOOK_FOR_DISPLAY_EVERY_S: '0.1',
    UNPLUGGED_FOR_S: '1',
    FRESH_WITHIN_S: '1',
    WELL_FOR_S: '2',
    ...env,
  });
  const pings = () => systemd.calls().filter((call) => call === 'systemd-notify WATCHDOG=1').length;
  return {
    ...watched,
    folder,
    told: systemd.calls,
    pings,
    async fed() {
      const before = pings();
      await vi.waitFor(() => expect(pings()).toBeGreaterThan(before + 1), { timeout: 8_000 });
    },
    /** No ping for a while in which there would be several. */
    async starves() {
      await vi.waitFor(
        async () => {
          const before = pings();
          await new Promise((resolve) => setTimeout(resolve, 800));
          expect(pings()).toBe(before);
        },
        { timeout: 12_000 },
      );
    },
  };
}

describe('the agent, watched', () => {
  it('counts as started with its first answer, and feeds the watchdog while it answers', async () => {
    const { url, becomes } = await agent('breaks');
    const watched = watch('answers', url);
    await watched.starves();
    expect(watched.told()).toEqual([]);
    becomes(healthy(null));
    await watched.fed();
    expect(watched.told().filter((call) => call.endsWith('--ready'))).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['hangs', 'hangs'],
    ['breaks off', 'breaks'],
    ['answers with something else', { text: '<html>' }],
  ])('starves the watchdog when it %s', async (_what, answer) => {
    const { url, becomes } = await agent(healthy(1));
    const watched = watch('answers', url);
    await watched.fed();
    becomes(answer);
    await watched.starves();
  });
});

describe('the screen, watched', () => {
  it('feeds the watchdog while frames are painted, and starves it when none is for too long', async () => {
    const { url, becomes } = await agent(healthy(0));
    const watched = watch('paints', url);
    await watched.fed();
    becomes(healthy(30));
    await watched.starves();
    becomes(healthy(0));
    await watched.fed();
  });

  it('starves it when nothing was ever painted', async () => {
    const { url } = await agent(healthy(null));
    await watch('paints', url).starves();
  });

  it.each<[string, Answer]>([
    ['hangs', 'hangs'],
    ['breaks off', 'breaks'],
    ['is of a release that does not say', { text: '{"phase":"showing"}' }],
    ['answers nonsense', { text: '{"paintedAgeSeconds":"$(touch RAN)"}' }],
    ['answers a number that is none', { text: '{"paintedAgeSeconds":-5}' }],
    ['answers a number beyond all', { text: '{"paintedAgeSeconds":99999999999999999999}' }],
    ['answers a megabyte', { text: `{"x":"${'a'.repeat(1_048_576)}","paintedAgeSeconds":900}` }],
  ])('does not blame the screen when the agent %s', async (_what, answer) => {
    const { url } = await agent(answer);
    const watched = watch('paints', url);
    // Longer than a screen may be without a frame.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await watched.fed();
    expect(existsSync('RAN')).toBe(false);
  });

  it.each([
    ['reboots have not helped', 'given-up', ''],
    ['the screen is switched off', 'wanted', 'off\n'],
  ])('lets it be when %s', async (_what, name, content) => {
    const { url } = await agent(healthy(3_600));
    const watched = watch('paints', url);
    await watched.starves();
    writeFileSync(join(watched.folder, name), content);
    await watched.fed();
  });

  it('takes it up again after ten good minutes, and lets it be once more when reboots have not helped again', async () => {
    const { url, becomes } = await agent(healthy(3_600));
    const watched = watch('paints', url);
    const givenUp = join(watched.folder, 'given-up');
    writeFileSync(givenUp, '');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await watched.fed();
    becomes(healthy(0));
    // As long as a screen has to be well here.
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    becomes(healthy(3_600));
    await watched.starves();
    rmSync(givenUp);
    writeFileSync(givenUp, '');
    await watched.fed();
  });
});

describe('a screen whose program serves no page, watched', () => {
  it('feeds the watchdog while the file says that frames are painted', async () => {
    const folder = emptyFolder();
    const painted = join(folder, 'painted');
    const upS = () => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));
    const { url } = await agent('breaks');
    const watched = watch('paints', url, undefined, { CONCIERGE_PAINTED_FILE: painted }, folder);
    await watched.starves();
    writeFileSync(painted, `${upS()}\n`);
    await watched.fed();
    await watched.starves();
    for (const nonsense of [`$(touch RAN)${upS()}`, `${upS()} ${upS()}`, `0${upS()}`]) {
      writeFileSync(painted, nonsense);
      await watched.starves();
    }
    expect(existsSync('RAN')).toBe(false);
  });
});

describe('a display that is unplugged, or a television in standby', () => {
  const connector = (folder: string, status: string, name = 'card0-HDMI-A-1') => {
    mkdirSync(join(folder, 'connectors', name), { recursive: true });
    writeFileSync(join(folder, 'connectors', name, 'status'), `${status}\n`);
  };
  /** As cage 0.1.4: when it is told to end, it does not tell the shell inside, which says its starts and ends here. */
  const aCompositor = (folder: string) => [
    'sh',
    '-c',
    `trap 'exit 134' TERM; sh -c 'echo started >>"$0"; trap "echo ended >>\\"$0\\"; exit" TERM; while :; do sleep 0.1; done' '${folder}/life' & wait`,
  ];
  const life = (folder: string) => (existsSync(join(folder, 'life')) ? readFileSync(join(folder, 'life'), 'utf8').trim().split('\n') : []);
  const lives = (folder: string, expected: readonly string[]) =>
    vi.waitFor(() => expect(life(folder)).toEqual(expected), { timeout: 8_000 });

  it('is waited for, without blame: the compositor starts with it, ends with it, and starts again, and systemd counts none of it', async () => {
    const folder = emptyFolder();
    connector(folder, 'disconnected');
    // A writeback connector is no display, and never says that it is connected.
    connector(folder, 'unknown', 'card0-Writeback-1');
    const { url, becomes } = await agent(healthy(null));
    const watched = watch('paints', url, aCompositor(folder), {}, folder);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await watched.fed();
    expect(watched.told().filter((call) => call.endsWith('--ready'))).toHaveLength(1);
    expect(life(folder)).toEqual([]);
    connector(folder, 'connected');
    becomes(healthy(0));
    await lives(folder, ['started']);
    connector(folder, 'disconnected');
    await lives(folder, ['started', 'ended']);
    becomes(healthy(3_600));
    await watched.fed();
    connector(folder, 'connected');
    await lives(folder, ['started', 'ended', 'started']);
    expect(watched.told().filter((call) => call.endsWith('--ready'))).toHaveLength(1);
    watched.kill('SIGTERM');
    expect(await watched.ended).toMatchObject({ exitCode: 134 });
  });

  it('ends the unit while it is waited for, when that is asked', async () => {
    const folder = emptyFolder();
    connector(folder, 'disconnected');
    const watched = watch('paints', (await agent(healthy(0))).url, aCompositor(folder), {}, folder);
    await watched.fed();
    watched.kill('SIGTERM');
    expect(await watched.ended).toMatchObject({ exitCode: 0 });
    expect(life(folder)).toEqual([]);
  });

  it('may be one that the kernel does not notice: the compositor, which asks it anew, is started now and then all the same', async () => {
    const folder = emptyFolder();
    connector(folder, 'disconnected');
    watch('paints', (await agent(healthy(0))).url, aCompositor(folder), { START_ANYWAY_AFTER_S: '2' }, folder);
    await lives(folder, ['started']);
  });

  it('may be away for a second only, which ends the compositor as well: it starts again, and systemd counts nothing', async () => {
    const folder = emptyFolder();
    connector(folder, 'connected');
    // Ends by itself, when the display is there again.
    const blinking = [
      'sh',
      '-c',
      `echo started >>'${folder}/life'; while [ ! -e '${folder}/over' ]; do sleep 0.1; done; rm '${folder}/over'; exit 3`,
    ];
    const watched = watch(
      'paints',
      (await agent(healthy(0))).url,
      blinking,
      { LOOK_FOR_BLINK_EVERY_S: '0.05', UNPLUGGED_FOR_S: '30' },
      folder,
    );
    await lives(folder, ['started']);
    connector(folder, 'disconnected');
    await new Promise((resolve) => setTimeout(resolve, 700));
    connector(folder, 'connected');
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(join(folder, 'over'), '');
    await lives(folder, ['started', 'started']);
    expect(watched.told().filter((call) => call.endsWith('--ready'))).toHaveLength(1);
    // What it was excused for is over with the second one, which ends for no such reason.
    writeFileSync(join(folder, 'over'), '');
    expect(await watched.ended).toMatchObject({ exitCode: 3 });
  });

  it('is no excuse for a compositor that ends while it is there', async () => {
    const folder = emptyFolder();
    connector(folder, 'connected');
    const watched = watch('paints', (await agent(healthy(0))).url, ['sh', '-c', 'exit 3'], {}, folder);
    expect(await watched.ended).toMatchObject({ exitCode: 3 });
  });
});

describe('the program inside', () => {
  it('gives its exit status, and nothing is left of the watcher', async () => {
    const { url } = await agent(healthy(0));
    const watched = watch('answers', url, ['sh', '-c', 'sleep 1; exit 7']);
    expect(await watched.ended).toMatchObject({ exitCode: 7 });
    await watched.starves();
  });

  it('hears the signal that ends the unit, and is waited for', async () => {
    const { url } = await agent(healthy(0));
    const watched = watch('answers', url, ['sh', '-c', 'trap "sleep 0.5; echo said good-bye; exit 0" TERM; while :; do sleep 0.1; done']);
    await watched.fed();
    watched.kill('SIGTERM');
    expect(await watched.ended).toEqual({ exitCode: 0, output: expect.stringContaining('said good-bye') as string });
  });

  it('is not started by a call that is wrong', () => {
    for (const args of [[], ['answers'], ['reboots', '--', 'true'], ['answers', 'true']]) expect(run('watched', args).exitCode).toBe(64);
  });
});

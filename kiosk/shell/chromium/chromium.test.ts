import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAgentHealth } from './agent-health.ts';
import { chromiumArguments } from './arguments.ts';
import { findChromium } from './find-chromium.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-chromium-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the search for Chromium', () => {
  const program = (name: string, mode = 0o755) => {
    writeFileSync(join(folder, name), '#!/bin/sh\n');
    chmodSync(join(folder, name), mode);
    return join(folder, name);
  };

  it('takes the one that is named', () => {
    const named = program('my-browser');
    expect(findChromium(named, undefined)).toEqual({ ok: true, value: named });
  });

  it('refuses a named one that cannot run, rather than taking another', () => {
    program('chromium');
    expect(findChromium(join(folder, 'absent'), folder)).toMatchObject({ ok: false, error: expect.stringContaining('absent') });
  });

  it('looks on the search path, and passes over what is not a program', () => {
    program('chromium', 0o644);
    const found = program('google-chrome');
    expect(findChromium('', ['', join(folder, 'none'), folder].join(delimiter))).toEqual({ ok: true, value: found });
  });

  it('says what to install when there is none', () => {
    expect(findChromium(undefined, folder)).toMatchObject({ ok: false, error: expect.stringContaining('Install chromium') });
  });
});

describe('the arguments of Chromium', () => {
  const options = {
    url: 'http://127.0.0.1:8090/',
    profileDir: '/run/profile',
    agentHost: '127.0.0.1',
    headless: false,
    withoutSandbox: false,
  };

  it.each([
    '--kiosk',
    '--app=http://127.0.0.1:8090/',
    '--user-data-dir=/run/profile',
    '--incognito',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-sync',
    '--disable-extensions',
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    '--noerrdialogs',
    '--disable-session-crashed-bubble',
    '--hide-crash-restore-bubble',
    '--deny-permission-prompts',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ])('hold %s', (argument) => {
    expect(chromiumArguments(options)).toContain(argument);
  });

  it('turn translation off', () => {
    expect(chromiumArguments(options).find((argument) => argument.startsWith('--disable-features='))).toContain('Translate');
  });

  it('open no debugging door and keep the sandbox', () => {
    const text = chromiumArguments(options).join(' ');
    expect(text).not.toMatch(/remote-debugging|no-sandbox|disable-web-security|disable-setuid|enable-automation|headless/);
  });

  it('give up the sandbox and the window only when told', () => {
    expect(chromiumArguments({ ...options, headless: true, withoutSandbox: true })).toEqual(
      expect.arrayContaining(['--headless=new', '--no-sandbox']),
    );
  });
});

describe("the agent's health", () => {
  async function healthFrom(listener: RequestListener) {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const health = await readAgentHealth(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`);
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    return health;
  }

  it.each([
    [
      'a frame two seconds ago',
      '{"phase":"running","paintedAgeSeconds":2,"viewers":1}',
      { kind: 'answers', paintedAgeMs: 2_000, listeners: 1 },
    ],
    ['no frame yet', '{"phase":"running","paintedAgeSeconds":null,"viewers":0}', { kind: 'answers', paintedAgeMs: null, listeners: 0 }],
    ['an older agent', '{"phase":"running"}', { kind: 'says nothing of frames' }],
    [
      'an agent that does not count pages',
      '{"phase":"running","paintedAgeSeconds":1}',
      { kind: 'answers', paintedAgeMs: 1_000, listeners: null },
    ],
    ['a newer agent', '{"phase":"running","paintedAgeSeconds":0,"viewers":2,"more":1}', { kind: 'answers', paintedAgeMs: 0, listeners: 2 }],
    ['half an answer', '{"phase":', { kind: 'unreachable' }],
    ['another program', '<html>', { kind: 'unreachable' }],
    ['a frame in the future', '{"phase":"running","paintedAgeSeconds":-5}', { kind: 'unreachable' }],
    ['a flood', `{"phase":"${'x'.repeat(20_000)}"}`, { kind: 'unreachable' }],
  ])('reads %s', async (_what, body, expected) => {
    expect(await healthFrom((_request, response) => response.end(body))).toEqual(expected);
  });

  it('follows nobody elsewhere', async () => {
    expect(await healthFrom((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end())).toEqual({
      kind: 'unreachable',
    });
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { wireForm } from '../../shared/contract/wire-form.ts';
import { acceptWire } from './accept-wire.ts';
import { checkGenerated, writeGenerated } from './generated-files.ts';
import type { Generator } from './generator.ts';

describe('generated files', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'generated-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
  });

  const poem: Generator = { path: 'docs/generated/poem.md', from: 'the heart', make: async () => 'roses\nviolets\n' };
  const broken: Generator = { path: 'broken.md', from: 'nothing', make: () => Promise.reject(new Error('no ink')) };

  it('are missing, then written, then current', async () => {
    expect(await checkGenerated(root, [poem])).toMatchObject([{ state: 'stale', detail: 'the file is missing' }]);
    await writeGenerated(root, [poem]);
    expect(await readFile(join(root, poem.path), 'utf8')).toBe('roses\nviolets\n');
    expect(await checkGenerated(root, [poem])).toMatchObject([{ state: 'current' }]);
  });

  it('edited by hand are stale, and the first differing line is told', async () => {
    await writeGenerated(root, [poem]);
    await writeFile(join(root, poem.path), 'roses\ntulips\n');
    const [file] = await checkGenerated(root, [poem]);
    expect(file).toMatchObject({ state: 'stale', detail: expect.stringContaining('line 2 is "tulips", should be "violets"') });
  });

  it('of a generator that throws are failed, and the others are still made', async () => {
    const files = await writeGenerated(root, [broken, poem]);
    expect(files).toMatchObject([{ state: 'failed', detail: expect.stringContaining('no ink') }, { state: 'stale' }]);
    expect(await readFile(join(root, poem.path), 'utf8')).toBe('roses\nviolets\n');
  });
});

describe('accepting the wire', () => {
  it('wants a reason', async () => {
    const form = await wireForm();
    for (const reason of ['', '   ', 'because']) expect(acceptWire(null, form, reason, '2026-11-21')).toMatchObject({ ok: false });
  });

  it('records version, day and reason, and keeps the history', async () => {
    const form = await wireForm();
    const first = acceptWire(null, form, 'the first form of the wire', '2026-11-21');
    if (!first.ok) throw new Error(first.error);
    const raised = { version: form.version + 1, parts: { ...form.parts, topics: 'another' } };
    const second = acceptWire(first.value, raised, 'devices tell their temperature', '2026-12-01');
    expect(second).toMatchObject({
      ok: true,
      value: {
        ...raised,
        history: [
          { version: form.version, on: '2026-11-21', reason: 'the first form of the wire' },
          { version: form.version + 1, on: '2026-12-01', reason: 'devices tell their temperature' },
        ],
      },
    });
  });

  it('refuses when nothing changed, and never goes back', async () => {
    const form = await wireForm();
    const accepted = { ...form, history: [{ version: form.version, on: '2026-11-21', reason: 'the first form of the wire' }] };
    expect(acceptWire(accepted, form, 'just to be sure of it', '2026-11-21')).toMatchObject({ ok: false });
    expect(acceptWire({ ...accepted, version: form.version + 1 }, form, 'back to the older form', '2026-11-21')).toMatchObject({
      ok: false,
    });
  });
});

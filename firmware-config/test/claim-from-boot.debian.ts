import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cardFaults } from '@concierge/contract/kiosk/screen.ts';
import { describe, expect, it } from 'vitest';
import { emptyFolder, run } from './scripts.ts';

const token = `0198c0de-0000-7000-8000-00000000b000.${'aB3-_'.repeat(8)}xyz`;
const good = `cloud=https://cloud.example.org/\ntoken=${token}\n`;

function card(content: string | Buffer | null) {
  const folder = emptyFolder();
  const [partition, state] = [join(folder, 'boot'), join(folder, 'state')];
  mkdirSync(partition);
  mkdirSync(state);
  const file = join(partition, 'new-concierge-claim.txt');
  if (content !== null) writeFileSync(file, content);
  const [cloud, kept, status] = [join(state, 'agent.env'), join(state, 'token'), join(folder, 'claim.json')];
  return {
    folder,
    file,
    cloud,
    kept,
    state,
    problem: join(partition, 'new-concierge-claim-problem.txt'),
    take: () => run('claim-from-boot', [partition, cloud, kept, status]),
    status: () => JSON.parse(readFileSync(status, 'utf8')) as unknown,
  };
}

describe('the card of a batch', () => {
  it('becomes the agent’s setting and its token, and is removed', () => {
    const taken = card(good);
    expect(taken.take()).toMatchObject({ exitCode: 0 });
    expect(readFileSync(taken.cloud, 'utf8')).toBe('CONCIERGE_CLOUD_URL=https://cloud.example.org/\n');
    expect(readFileSync(taken.kept, 'utf8')).toBe(`${token}\n`);
    expect([statSync(taken.cloud).mode & 0o777, statSync(taken.kept).mode & 0o777]).toEqual([0o644, 0o660]);
    expect(existsSync(taken.file)).toBe(false);
    expect(taken.status()).toEqual({ state: 'taken', reason: '' });
  });

  it('that a power cut left overwritten and not yet removed is taken, and removed without a word', () => {
    const cut = card(good);
    expect(cut.take().exitCode).toBe(0);
    writeFileSync(cut.file, Buffer.alloc(good.length));
    writeFileSync(cut.problem, 'of a start before');
    expect(cut.take()).toMatchObject({ exitCode: 0 });
    expect([existsSync(cut.file), existsSync(cut.problem)]).toEqual([false, false]);
    expect(cut.status()).toEqual({ state: 'taken', reason: '' });
    expect(readFileSync(cut.kept, 'utf8')).toBe(`${token}\n`);
  });

  it('of zeros of which nothing was taken was not written right, and says so', () => {
    const zeros = card(Buffer.alloc(good.length));
    expect(zeros.take().exitCode).toBe(1);
    expect(zeros.status()).toEqual({ state: 'refused', reason: 'encoding' });
  });

  it('may come from Windows, and takes the place of an earlier one', () => {
    const taken = card(`\ufeff# Batch 7\r\n\r\ntoken=${token}\r\ncloud=https://cloud.example.org:8443`);
    writeFileSync(taken.kept, 'an older token\n');
    writeFileSync(taken.cloud, 'CONCIERGE_CLOUD_URL=https://old.example.org\n');
    expect(taken.take().exitCode).toBe(0);
    expect(readFileSync(taken.cloud, 'utf8')).toBe('CONCIERGE_CLOUD_URL=https://cloud.example.org:8443\n');
    expect(readFileSync(taken.kept, 'utf8')).toBe(`${token}\n`);
  });

  it.each([
    ['another word', `${good}CONCIERGE_DEMO=1\n`],
    ['a word twice', `${good}cloud=https://other.example.org\n`],
    ['no cloud', `token=${token}\n`],
    ['no token', 'cloud=https://cloud.example.org\n'],
    ['a cloud without encryption', `cloud=http://cloud.example.org\ntoken=${token}\n`],
    ['a cloud that only begins like this machine', `cloud=http://localhost.example.org\ntoken=${token}\n`],
    ['a cloud with a path', `cloud=https://cloud.example.org/a\ntoken=${token}\n`],
    ['a cloud with a name and a password', `cloud=https://a:b@cloud.example.org\ntoken=${token}\n`],
    ['a cloud that a shell would run', `cloud=https://$(touch RAN).org\ntoken=${token}\n`],
    ['a cloud with a second setting', `cloud=https://cloud.example.org NODE_OPTIONS=--import=x\ntoken=${token}\n`],
    ['a cloud with a quoted line end', `cloud="https://cloud.example.org\\\ntoken=${token}\n`],
    ['a token cut short', `cloud=https://cloud.example.org\ntoken=${token.slice(0, -1)}\n`],
    ['a token that a shell would run', `cloud=https://cloud.example.org\ntoken=\`touch RAN\`${token}\n`],
    ['a control character', `cloud=https://cloud.example.org\x1b\ntoken=${token}\n`],
    ['a zero byte', `cloud=https://cloud.example.org\0\ntoken=${token}\n`],
    ['a carriage return within', `cloud=https://cloud.example.org\rtoken=x\ntoken=${token}\n`],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le')],
    ['more than it can be', `${good}#${'x'.repeat(1_024)}\n`],
    ['nothing', ''],
  ])('is refused with %s, stays to be mended, and says nothing of what it held', (_what, content) => {
    const refused = card(content);
    const { exitCode, output } = refused.take();
    expect(exitCode).toBe(1);
    expect(readdirSync(refused.state)).toEqual([]);
    expect(existsSync(refused.file)).toBe(true);
    expect(refused.status()).toEqual({ state: 'refused', reason: expect.toBeOneOf([...cardFaults]) });
    for (const text of [output, readFileSync(refused.problem, 'utf8'), JSON.stringify(refused.status())])
      expect(text).not.toMatch(/aB3-|example/);
    expect(existsSync('RAN')).toBe(false);
  });

  it('is refused when it is a link, which is not followed', () => {
    const refused = card(null);
    const elsewhere = join(refused.folder, 'elsewhere');
    writeFileSync(elsewhere, good);
    symlinkSync(elsewhere, refused.file);
    expect(refused.take().exitCode).toBe(1);
    expect(lstatSync(refused.file).isSymbolicLink()).toBe(true);
    expect(readdirSync(refused.state)).toEqual([]);
  });

  it('stays when the kiosk cannot store it', () => {
    const full = card(good);
    // Where the unfinished file would go is a folder: as if the partition took nothing.
    mkdirSync(join(`${full.kept}.partial`, 'in-the-way'), { recursive: true });
    expect(full.take().exitCode).toBe(1);
    expect(readFileSync(full.file, 'utf8')).toBe(good);
    expect(existsSync(full.kept)).toBe(false);
  });

  it('is nothing to speak of when it is not there', () => {
    const none = card(null);
    expect(none.take()).toMatchObject({ exitCode: 0 });
    expect(none.status()).toEqual({ state: 'absent', reason: '' });
  });
});

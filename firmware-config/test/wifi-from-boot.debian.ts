import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cardFaults } from '@concierge/contract/kiosk/screen.ts';
import { describe, expect, it } from 'vitest';
import { emptyFolder, run } from './scripts.ts';

const good = 'country=GR\nnetwork=Λόμπι 5G\npassword=correct horse "battery"\n';

function boot(content: string | Buffer | null) {
  const folder = emptyFolder();
  const [partition, state] = [join(folder, 'boot'), join(folder, 'state')];
  mkdirSync(partition);
  mkdirSync(state);
  const file = join(partition, 'new-concierge-wifi.txt');
  if (content !== null) writeFileSync(file, content);
  const configuration = join(state, 'wpa_supplicant.conf');
  const status = join(folder, 'wifi.json');
  const problem = join(partition, 'new-concierge-wifi-problem.txt');
  return {
    folder,
    file,
    configuration,
    problem,
    take: () => run('wifi-from-boot', [partition, configuration, status]),
    status: () => JSON.parse(readFileSync(status, 'utf8')) as unknown,
  };
}

describe('Wi-Fi from the boot partition', () => {
  it('becomes a configuration that only root can read, and is removed', () => {
    const card = boot(good);
    expect(card.take()).toMatchObject({ exitCode: 0 });
    expect(readFileSync(card.configuration, 'utf8')).toBe(
      `country=GR\nupdate_config=0\nnetwork={\n\tssid=${Buffer.from('Λόμπι 5G').toString('hex')}\n\tscan_ssid=0\n\tkey_mgmt=WPA-PSK SAE\n\tieee80211w=1\n\tpsk="correct horse "battery""\n}\n`,
    );
    expect(statSync(card.configuration).mode & 0o777).toBe(0o600);
    expect(existsSync(card.file)).toBe(false);
    expect(card.status()).toEqual({ state: 'taken', reason: '' });
  });

  it('may come from Windows, with a mark, two characters a line end, and no last line end', () => {
    const card = boot(`\ufeff# Lobby\r\n\r\ncountry=GR\r\nnetwork=Lobby\r\npassword=12345678\r\nhidden=yes`);
    expect(card.take().exitCode).toBe(0);
    const text = readFileSync(card.configuration, 'utf8');
    expect(text).toContain('\tpsk="12345678"\n');
    expect(text).toContain('\tscan_ssid=1\n');
    expect(text).not.toContain('\r');
  });

  it('is nothing but data: what a shell would run stays text', () => {
    const card = boot('');
    const marks = ['$(touch RAN)', '`touch RAN`', "'; touch RAN; '", '"; touch RAN; "', '&& touch RAN', '%n%s\\n', '-n -e', '*'];
    for (const text of marks) {
      writeFileSync(card.file, `country=GR\nnetwork=${text}\npassword=${text.padEnd(8, '.')}\n`);
      expect(card.take(), text).toMatchObject({ exitCode: 0 });
      const written = readFileSync(card.configuration, 'utf8');
      expect(written).toContain(`\tssid=${Buffer.from(text).toString('hex')}\n`);
      expect(written).toContain(`\tpsk="${text.padEnd(8, '.')}"\n`);
    }
    expect(existsSync('RAN')).toBe(false);
    expect(readdirSync(card.folder).toSorted()).toEqual(['boot', 'state', 'wifi.json']);
  });

  it.each([
    ['another word', 'country=GR\nnetwork=a\npassword=12345678\nctrl_interface=/tmp/x\n'],
    ['a word twice', 'country=GR\nnetwork=a\nnetwork=b\npassword=12345678\n'],
    ['no country', 'network=a\npassword=12345678\n'],
    ['a country in small letters', 'country=gr\nnetwork=a\npassword=12345678\n'],
    ['a country of more than two letters', 'country=GR}\nnetwork=a\npassword=12345678\n'],
    ['no network', 'country=GR\npassword=12345678\n'],
    ['a network of 33 bytes', `country=GR\nnetwork=${'ω'.repeat(16)}a\npassword=12345678\n`],
    ['a short password', 'country=GR\nnetwork=a\npassword=1234567\n'],
    ['a password of 64 characters', `country=GR\nnetwork=a\npassword=${'a'.repeat(64)}\n`],
    ['a password in Greek', 'country=GR\nnetwork=a\npassword=κωδικός1\n'],
    ['a return inside a line', 'country=GR\nnetwork=a\rpsk="b"\npassword=12345678\n'],
    ['a zero byte', 'country=GR\nnetwork=a\0b\npassword=12345678\n'],
    ['an escape', 'country=GR\nnetwork=a\u001b[2J\npassword=12345678\n'],
    ['perhaps', 'country=GR\nnetwork=a\npassword=12345678\nhidden=perhaps\n'],
    ['an empty file', ''],
    ['UTF-16', Buffer.from('\ufeffcountry=GR\nnetwork=a\npassword=12345678\n', 'utf16le')],
    ['a megabyte', `${good}#${'x'.repeat(1_048_576)}`],
    ['a thousand lines', `${'#\n'.repeat(400)}${good}`],
  ])('refuses %s, says why in the file beside it, and keeps what it had', (_what, content) => {
    const card = boot(content);
    writeFileSync(card.configuration, 'the one before');
    expect(card.take().exitCode).toBe(1);
    expect(readFileSync(card.configuration, 'utf8')).toBe('the one before');
    expect(card.status()).toEqual({ state: 'refused', reason: expect.toBeOneOf([...cardFaults]) });
    const explained = readFileSync(card.problem, 'utf8');
    expect(explained).toMatch(/^new-concierge-wifi\.txt was not used: .{10,80}\r\n$/);
    expect(explained).not.toMatch(/12345678|aaaa|κωδικός/);
    expect(existsSync(card.file)).toBe(true);
  });

  it('does not follow a link, nor write its explanation through one', () => {
    const card = boot(null);
    const elsewhere = join(card.folder, 'elsewhere');
    writeFileSync(elsewhere, good);
    symlinkSync(elsewhere, card.file);
    symlinkSync(elsewhere, card.problem);
    expect(card.take().exitCode).toBe(1);
    expect(readFileSync(elsewhere, 'utf8')).toBe(good);
    expect(existsSync(card.configuration)).toBe(false);
    expect(lstatSync(card.problem).isSymbolicLink()).toBe(false);
  });

  it('replaces a link where its configuration belongs, and touches nothing behind it', () => {
    const card = boot(good);
    const elsewhere = join(card.folder, 'elsewhere');
    writeFileSync(elsewhere, 'untouched');
    symlinkSync(elsewhere, `${card.configuration}.partial`);
    expect(card.take().exitCode).toBe(0);
    expect(readFileSync(elsewhere, 'utf8')).toBe('untouched');
    expect(lstatSync(card.configuration).isFile()).toBe(true);
  });

  it('takes the file again after a power cut before it was removed', () => {
    const card = boot(good);
    expect(card.take().exitCode).toBe(0);
    writeFileSync(card.file, good);
    writeFileSync(`${card.configuration}.partial`, 'half');
    expect(card.take().exitCode).toBe(0);
    expect(existsSync(`${card.configuration}.partial`)).toBe(false);
    expect(card.take()).toMatchObject({ exitCode: 0 });
    expect(card.status()).toEqual({ state: 'absent', reason: '' });
  });

  it('that a power cut left overwritten and not yet removed is taken, and removed without a word', () => {
    const cut = boot(good);
    expect(cut.take().exitCode).toBe(0);
    writeFileSync(cut.file, Buffer.alloc(good.length));
    expect(cut.take()).toMatchObject({ exitCode: 0 });
    expect([existsSync(cut.file), existsSync(cut.problem)]).toEqual([false, false]);
    expect(cut.status()).toEqual({ state: 'taken', reason: '' });
    expect(readFileSync(cut.configuration, 'utf8')).toContain('psk="correct horse');
  });

  it('keeps the file when the kiosk cannot store it', () => {
    const card = boot(good);
    mkdirSync(`${card.configuration}.partial`);
    expect(card.take().exitCode).toBe(1);
    expect(readFileSync(card.file, 'utf8')).toBe(good);
  });
});

import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { createPrivateDirectory } from './private-directory.ts';
import { boardSerial, deviceSerial, pcSerial } from './serial.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory.path, 'identity');
});
afterEach(() => directory[Symbol.dispose]());

const modeOf = (name: string): string => (statSync(name).mode & 0o777).toString(8);

describe('the identity directory', () => {
  it('and its files are the owner’s alone', () => {
    const identity = createPrivateDirectory(path);
    expect(identity.prepare()).toEqual([]);
    identity.write('key.pem', 'secret');
    expect(modeOf(path)).toBe('700');
    expect(modeOf(join(path, 'key.pem'))).toBe('600');
    expect(identity.read('key.pem')).toBe('secret');
    expect(identity.read('nothing')).toBeNull();
  });

  it('is tightened when somebody loosened it, and says so', () => {
    const identity = createPrivateDirectory(path);
    identity.prepare();
    identity.write('key.pem', 'secret');
    chmodSync(path, 0o755);
    chmodSync(join(path, 'key.pem'), 0o644);
    expect(identity.prepare()).toEqual(['.', 'key.pem']);
    expect(modeOf(path)).toBe('700');
    expect(modeOf(join(path, 'key.pem'))).toBe('600');
    expect(identity.prepare()).toEqual([]);
  });

  it('forgets a write that a power cut left half done', () => {
    const identity = createPrivateDirectory(path);
    identity.prepare();
    identity.write('claim.json', 'whole');
    writeFileSync(join(path, 'claim.json.partial'), 'ha');
    identity.prepare();
    expect(identity.read('claim.json')).toBe('whole');
    expect(readdirSync(path)).toEqual(['claim.json']);
  });

  it('reads no directory and nothing large as a file', () => {
    const identity = createPrivateDirectory(path);
    identity.prepare();
    mkdirSync(join(path, 'key.pem'));
    writeFileSync(join(path, 'claim.json'), 'x'.repeat(100_000));
    expect(() => identity.read('key.pem')).toThrow();
    expect(() => identity.read('claim.json')).toThrow();
  });
});

describe('the serial', () => {
  it("is the board's, without the zero byte the firmware ends it with", () => {
    writeFileSync(join(directory.path, 'serial-number'), '10000000abcdef12\0');
    const board = boardSerial(join(directory.path, 'serial-number'));
    expect(deviceSerial(createPrivateDirectory(path), board)).toBe('10000000abcdef12');
  });

  it('is a random one that stays, where the board has none', () => {
    const identity = createPrivateDirectory(path);
    identity.prepare();
    const serial = deviceSerial(identity, boardSerial(join(directory.path, 'no-such-file')));
    expect(serial).toMatch(/^[0-9a-f-]{36}$/);
    expect(deviceSerial(identity, null)).toBe(serial);
  });

  it("of a PC is the maker's, unless it is one that thousands share; and a device keeps the one it has gone by", () => {
    const told = (text: string) => {
      writeFileSync(join(directory.path, 'product_serial'), text);
      return pcSerial(join(directory.path, 'product_serial'));
    };
    expect(told('PF3K-9A2B\n')).toBe('PF3K-9A2B');
    for (const shared of [
      'To be filled by O.E.M.',
      'Default string\n',
      'System Serial Number',
      'None',
      '0',
      '00000000',
      'XXXXXXXX',
      '1234567890',
      'N/A',
      '',
    ])
      expect(told(shared), shared).toBeNull();
    const identity = createPrivateDirectory(path);
    identity.prepare();
    const theMakers = () => 'PF3K-9A2B';
    expect(deviceSerial(identity, null, theMakers)).toBe('PF3K-9A2B');
    const made = deviceSerial(identity, null);
    expect(deviceSerial(identity, null, theMakers)).toBe(made);
    expect(deviceSerial(identity, null, theMakers)).toBe(made);
    // From then on the one that was made up is that machine's: in another one, also in one without a serial, it is not gone by.
    expect(deviceSerial(identity, null, () => 'PF99-ZZZZ')).toBe('PF99-ZZZZ');
    expect(deviceSerial(identity, null, theMakers)).toBe(made);
    expect(deviceSerial(identity, null, () => null)).not.toBe(made);
  });

  it('that cannot be read is not taken for none: nothing else is gone by, and nothing is written', () => {
    // A directory in its place: it is there, and reading it fails.
    const unreadable = join(directory.path, 'unreadable');
    mkdirSync(unreadable);
    expect(() => boardSerial(unreadable)).toThrow();
    expect(() => pcSerial(unreadable)).toThrow();
    const identity = createPrivateDirectory(path);
    identity.prepare();
    identity.write('key.pem', 'of the serial that cannot be read now');
    expect(() => deviceSerial(identity, null, () => pcSerial(unreadable))).toThrow();
    expect(readdirSync(path)).toEqual(['key.pem']);
  });

  it('of a machine that lets nobody but its administrator read it is a random one, as where there is none', () => {
    const forbidden = () => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    };
    const identity = createPrivateDirectory(path);
    identity.prepare();
    const made = deviceSerial(identity, null, forbidden);
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    identity.write('key.pem', 'of the random one');
    expect(deviceSerial(identity, null, forbidden)).toBe(made);
    // Once it was read it must be readable, or nobody can say which machine this is.
    expect(deviceSerial(identity, null, () => 'PF3K-9A2B')).toBe(made);
    expect(() => deviceSerial(identity, null, forbidden)).toThrow('EACCES');
  });
});

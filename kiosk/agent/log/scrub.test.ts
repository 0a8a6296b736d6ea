import { generateKeyPairSync } from 'node:crypto';
import { USER_CODE_LENGTH, USER_CODE_LETTERS } from '@concierge/contract/http/device-claims.ts';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createRecentLines } from './recent-lines.ts';
import { scrubbed } from './scrub.ts';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));
const letters = (from: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...from.split('')), minLength, maxLength });
const WORD = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const base64url = (minLength: number, maxLength: number) => letters(`${WORD}-_`, minLength, maxLength);
const separator = fc.constantFrom('', ' ', '-', '.');
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A secret, and the part of it that must not be seen again. */
interface Planted {
  readonly text: string;
  readonly secret: string;
}
const all = (text: string): Planted => ({ text, secret: text });

const secrets: Readonly<Record<string, fc.Arbitrary<Planted>>> = {
  'an e-mail address': fc
    .tuple(letters('abcdefgiouy.+_αβγδ', 3, 20), letters('abcdefgiouy', 3, 12), fc.constantFrom('gr', 'com', 'example.org'))
    .map(([user, host, top]) => all(`${user}@${host}.${top}`)),
  'a Greek mobile': fc
    .tuple(fc.constantFrom('', '+30', '0030', '+30 '), digits(2), separator, digits(3), separator, digits(3))
    .map(([prefix, first, one, second, other, third]) => all(`${prefix}69${first}${one}${second}${other}${third}`)),
  'a landline': fc.tuple(separator, digits(7)).map(([between, rest]) => all(`210${between}${rest}`)),
  'a telephone of abroad': fc.tuple(digits(2), digits(4), digits(5)).map(([a, b, c]) => all(`+${a} (${b}) ${c}`)),
  'a tax number': digits(9).map(all),
  'an IBAN': fc.tuple(digits(25), fc.boolean()).map(([number, grouped]) => {
    const iban = `GR${number}`;
    return all(grouped ? iban.replaceAll(/(.{4})(?=.)/g, '$1 ') : iban);
  }),
  'a foreign IBAN': fc
    .tuple(letters('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 2, 2), digits(2), letters('ABCDEFGH0123456789', 12, 26))
    .map((parts) => all(parts.join(''))),
  'a claim code': letters(USER_CODE_LETTERS, USER_CODE_LENGTH, USER_CODE_LENGTH).map(all),
  'a claim code as it is shown': letters(USER_CODE_LETTERS, USER_CODE_LENGTH, USER_CODE_LENGTH).map((code) =>
    all(`${code.slice(0, 4)}-${code.slice(4)}`),
  ),
  'a JWS': fc
    .tuple(base64url(10, 40), base64url(10, 200), base64url(40, 86))
    .map(([header, body, signature]) => ({ text: `eyJ${header}.${body}.${signature}`, secret: signature })),
  'a token in a query': base64url(6, 60).map((secret) => ({ text: `https://host.example/join?t=${secret}`, secret: `t=${secret}` })),
  'a token in a path': base64url(12, 60).map((secret) => ({ text: `https://host.example/q/${secret}`, secret: `/q/${secret}` })),
  'a password in an address': base64url(6, 30).map((secret) => ({
    text: `mqtts://user:${secret}@host.example:8883/`,
    secret: `:${secret}@`,
  })),
  'a bearer': base64url(8, 60).map((secret) => ({ text: `authorization: Bearer ${secret}`, secret: `Bearer ${secret}` })),
  'a named token': fc
    .tuple(fc.constantFrom('token', 'claimToken', 'password', 'client_secret', 'psk', 'apiKey'), base64url(4, 40))
    .map(([name, secret]) => ({ text: `${name}=${secret}`, secret: `=${secret}` })),
  'a token by itself': fc.tuple(base64url(22, 60), digits(1), letters('abc', 1, 1)).map((parts) => all(parts.join(''))),
  'a private key': fc
    .integer({ min: 40, max: pem.length })
    .map((length) => ({ text: pem.slice(0, length), secret: pem.slice(28, length).split('\n')[0] ?? '' })),
};

/** The line that the agent's logger makes of a secret, wherever somebody may have put it. */
const places: Readonly<Record<string, (text: string) => string>> = {
  'in the message': (text) => lineOf((logger) => logger.info(`what happened: ${text}`)),
  'as a field': (text) => lineOf((logger) => logger.warn({ detail: text, kind: 'content' }, 'a document was refused')),
  'in the stack of an error': (text) => lineOf((logger) => logger.error({ err: new Error(`failed for\n${text}\nand ended`) }, 'failed')),
  'in a text of JSON in a field': (text) => lineOf((logger) => logger.error({ reply: JSON.stringify({ list: [text] }) }, 'an odd reply')),
};
function lineOf(log: (logger: pino.Logger) => void): string {
  let line = '';
  log(pino({ name: 'kiosk-agent' }, { write: (text) => void (line = text) }));
  return line;
}

describe.each(Object.entries(secrets))('%s', (_what, secret) => {
  it.each(Object.entries(places))('%s never leaves the device', (_where, place) => {
    fc.assert(
      fc.property(secret, (planted) => {
        const line = place(planted.text);
        expect(line).toContain(planted.secret);
        expect(scrubbed(line)).not.toContain(planted.secret);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what helps', () => {
  it.each([
    '{"level":30,"time":1795292206123,"pid":8123456,"hostname":"nc-lobby","name":"kiosk-agent","kind":"content","sequence":1234,"msg":"a new document is held"}',
    '{"level":40,"id":"0198c0de-0000-7000-8000-00000000ffff","command":"logs","msg":"a command came twice"}',
    '"at":"2026-11-21T20:16:46.123Z","agentVersion":"0.1.0","waitMs":60000',
    'at obey (file:///opt/new-concierge/current/kiosk/agent/sync/commands.ts:42:18)',
    'connect ECONNREFUSED 127.0.0.1:8883, errno -111, syscall connect',
    'Cannot read properties of undefined (reading "sequence")',
    'το αρχείο δεν διαβάζεται',
  ])('stays: %s', (line) => {
    expect(scrubbed(line)).toBe(line);
  });

  it('says where an address led', () => {
    expect(scrubbed('GET https://cloud.example.gr:8443/api/kiosk?x=1 failed')).toBe('GET https://cloud.example.gr:8443/… failed');
  });

  it('is found in time, whatever the line', () => {
    const lines = ['a', '1', 'a@', 'eyJ', 'https://', '-----BEGIN A', 'token=', 'GR12', '\\n', 'BCDF', '1 ', 'aB1/'].map((unit) =>
      unit.repeat(16_000 / unit.length),
    );
    const startedMs = performance.now();
    for (const line of lines) scrubbed(line);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });
});

describe('the last lines', () => {
  it('are the newest five hundred, and never more than an answer may have', () => {
    const recent = createRecentLines();
    for (let count = 1; count <= 2_000; count += 1) recent.write(`{"count":${count}}\n`);
    const lines = new TextDecoder().decode(recent.read()).trimEnd().split('\n');
    expect(lines).toHaveLength(500);
    expect([lines.at(0), lines.at(-1)]).toEqual(['{"count":1501}', '{"count":2000}']);
    for (let count = 1; count <= 600; count += 1) recent.write(`${'λόγος '.repeat(5_000)}\n`);
    expect(recent.read().length).toBeLessThanOrEqual(131_072);
    expect(recent.read().length).toBeGreaterThan(120_000);
  });

  it('hold no control character, which the cloud would refuse', () => {
    const recent = createRecentLines();
    recent.write('{"msg":"a\u007f\u0000b"}\n');
    expect(new TextDecoder().decode(recent.read())).toBe('{"msg":"a  b"}\n');
  });
});

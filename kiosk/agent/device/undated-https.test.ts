// This import must come first: the certificate library reads the metadata it sets up.
import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CertificateForm, createTestAuthority, daysAround, type TestAuthority } from '../testing/authority.ts';
import { postToCloud } from './post-to-cloud.ts';

const DAY_MS = 86_400_000;
const trusted = getCACertificates('default');

/** A device whose clock is years behind sees every certificate as one of the future. */
describe('a question to the cloud by a clock that is wrong', () => {
  let authority: TestAuthority;
  let cloud: Server;
  let heard: string;

  beforeEach(async () => {
    authority = await (await createTestAuthority()).dated(daysAround(Date.now() + 5_000 * DAY_MS));
    setDefaultCACertificates([authority.certificatePem]);
    heard = '';
  });
  afterEach(() => {
    cloud.closeAllConnections();
    cloud.close();
    setDefaultCACertificates(trusted);
  });

  async function serve(issuer = authority, form: CertificateForm = {}): Promise<void> {
    const { keyPem, certificatePem } = await issuer.issue('cloud', form);
    cloud = createServer({ key: keyPem, cert: certificatePem }, (request, response) => {
      request.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
      request.on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end('{"answer":42}'));
    }).listen(0, '127.0.0.1');
    cloud.on('tlsClientError', () => undefined);
    await once(cloud, 'listening');
  }
  const ask = (judgesDates: boolean) => {
    const address = cloud.address();
    return postToCloud({
      url: new URL(`https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/ask`),
      body: { question: 'ποια ώρα είναι;' },
      reply: z.object({ answer: z.int() }),
      stopping: new AbortController().signal,
      judgesDates,
    });
  };

  it('is answered where the answer proves itself, and nowhere else', async () => {
    await serve();
    expect(await ask(true)).toEqual({ ok: false, error: 'clock-disagrees' });
    expect(heard).toBe('');
    expect(await ask(false)).toEqual({ ok: true, value: { answer: 42 } });
    expect(heard).toBe('{"question":"ποια ώρα είναι;"}');
  });

  it.each<[string, () => Promise<void>]>([
    ['of another name', () => serve(authority, { hosts: [{ type: 'dns', value: 'elsewhere.example' }] })],
    ['of nobody we know', async () => serve(await createTestAuthority())],
  ])('is not put to a server %s', async (_what, open) => {
    await open();
    expect(await ask(false)).toMatchObject({ ok: false });
    expect(heard).toBe('');
  });

  it('may be heard by somebody who only vouches for himself, because a date hides that: so it must hold no secret', async () => {
    await serve(authority, { signedBy: 'itself' });
    expect(await ask(false)).toMatchObject({ ok: true });
  });
});

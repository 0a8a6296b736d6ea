import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** The demo's mail server: it takes every message, delivers none, and shows what would have been sent. */
export interface Mailbox {
  readonly smtpUrl: string;
  readonly pageUrl: string;
}

interface Letter {
  readonly at: Date;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const MAX_LETTERS = 200;
const MAX_BYTES = 1_000_000;

export async function startMailbox(): Promise<Mailbox> {
  const letters: Letter[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: MAX_BYTES,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map((recipient) => recipient.address).join(', ');
        void (async () => done(await receive(Buffer.concat(chunks), to)))();
      });
    },
  });
  /** Keeps the letter; an error is what the sender is told. */
  async function receive(raw: Buffer, to: string): Promise<Error | null> {
    try {
      const mail = await PostalMime.parse(raw);
      letters.unshift({ at: new Date(), to, subject: mail.subject ?? '', text: mail.text ?? '' });
      letters.splice(MAX_LETTERS);
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error('unreadable mail');
    }
  }

  const smtpPort = await new Promise<number>((resolve, reject) => {
    smtp.on('error', reject);
    const server = smtp.listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
  const page = createServer((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    });
    response.end(pageOf(letters));
  });
  const pagePort = await new Promise<number>((resolve, reject) => {
    page.once('error', reject);
    page.listen(0, '127.0.0.1', () => resolve(portOf(page.address())));
  });
  return { smtpUrl: `smtp://127.0.0.1:${smtpPort}`, pageUrl: `http://127.0.0.1:${pagePort}/` };
}

function pageOf(letters: readonly Letter[]): string {
  const list =
    letters.length === 0
      ? '<p>Nothing has been sent yet. E-mail the product sends in this demo appears here instead of leaving the machine.</p>'
      : letters
          .map(
            (letter) =>
              `<article><h2>${escaped(letter.subject)}</h2><p><b>${escaped(letter.to)}</b> · ${letter.at.toISOString()}</p><pre>${escaped(letter.text)}</pre></article>`,
          )
          .join('\n');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="10"><title>Demo mailbox</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}article{border-top:1px solid #ccc}pre{white-space:pre-wrap;font:inherit}</style>
<h1>Demo mailbox</h1>${list}</html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends e-mail. Throws when the mail server does not take a letter, so that the job which sends it tries again. */
export interface Mailer {
  send(letter: Letter): Promise<void>;
  close(): void;
}

const TIMEOUT_MS = 10_000;

/** E-mail over SMTP. Without a server nothing is sent, and the log says so each time: a letter is never pretended to have gone. */
export function createMailer(options: { smtpUrl: string | undefined; from: string; logger: Logger }): Mailer {
  if (options.smtpUrl === undefined) {
    return {
      async send() {
        options.logger.warn('SMTP_URL is not set: an e-mail was not sent');
      },
      close: () => undefined,
    };
  }
  const transport = createTransport({
    url: options.smtpUrl,
    pool: true,
    maxConnections: 2,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  return {
    async send(letter) {
      await transport.sendMail({ from: options.from, to: letter.to, subject: letter.subject, text: letter.text });
    },
    close: () => transport.close(),
  };
}

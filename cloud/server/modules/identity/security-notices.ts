import { type SecurityNotice, securityNoticeTexts } from '@concierge/i18n/mail.ts';
import { z } from 'zod';
import type { Database } from '#platform/database/database.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Mailer } from '#platform/mail/mailer.ts';
import type { Subscription } from '#platform/outbox/outbox.ts';
import { findAccount } from './store.ts';

/** The events that people are told of by e-mail. */
export const ACCOUNT_LOCKED = 'account.locked';
export const SESSION_STOLEN = 'account.session-stolen';

const noticeOf: Readonly<Record<string, SecurityNotice>> = {
  'identity.notice-locked': 'locked',
  'identity.notice-session-ended': 'session-ended',
};

export const tellOfLock: Subscription = { task: 'identity.notice-locked', key: (payload) => payload.subjectId ?? '' };
export const tellOfTheft: Subscription = { task: 'identity.notice-session-ended', key: (payload) => payload.subjectId ?? '' };

const Payload = z.object({ tenantId: z.uuid(), subjectId: z.uuid() });

/** Tells people by e-mail, in their own language, what happened to their account. Sent at least once. */
export function securityNoticeJobs(deps: { database: Database; mailer: Mailer }): Job[] {
  return Object.entries(noticeOf).map(([task, notice]) => ({
    task,
    async run(payload) {
      const { tenantId, subjectId } = Payload.parse(payload);
      const account = await deps.database.transaction({ tenantId, sessionId: null }, (tx) => findAccount(tx, subjectId));
      if (account === null) return;
      await deps.mailer.send({ to: account.email, ...securityNoticeTexts[notice][account.language] });
    },
  }));
}

import { setTimeout as sleep } from 'node:timers/promises';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import type { Guesses } from './guesses.ts';
import { passwordMatches, pretendToCheck } from './password.ts';
import { lockSeconds } from './rules.ts';
import { ACCOUNT_LOCKED } from './security-notices.ts';
import { type Account, clearFailedLogins, findAccount, lockAccount, loginCandidates, noteFailedLogin } from './store.ts';

/**
 * INVARIANTS
 * 1. A guess is judged under the account's row lock and counted before it is answered, so that many at once cannot slip past the lock-out.
 * 2. A refusal says and takes the same for an address that has accounts, here or elsewhere, and for one that has none.
 * 3. No connection to the database waits for a password to be derived.
 */
export interface Credentials {
  check(shown: ShownCredentials): Promise<Result<Account, Failure>>;
}

export interface ShownCredentials {
  readonly email: string;
  readonly password: string;
  /** The slug of the office, when the person has been asked. */
  readonly tenant?: string | undefined;
  /** The tenant of the request's host: then only its accounts count. */
  readonly hostTenantId: string | null;
}

/** Longer than checking the passwords of several accounts takes, so that the time of a refusal says nothing of them. */
const REFUSED_AFTER_MS = 500;
/** Each derivation takes 19 MiB and tens of milliseconds of a core. */
const MAX_CHECKS_AT_ONCE = 64;

export function createCredentials(deps: { database: Database; outbox: Outbox; guesses: Guesses; nowMs: () => number }): Credentials {
  const { database, guesses } = deps;
  let checks = 0;
  return {
    async check(shown) {
      if (checks >= MAX_CHECKS_AT_ONCE) return failure({ code: 'too-many-requests' });
      const earliestRefusal = sleep(REFUSED_AFTER_MS, undefined, { ref: false });
      checks += 1;
      const outcome = await judge({ ...shown, email: shown.email.toLowerCase() }).finally(() => {
        checks -= 1;
      });
      if (!outcome.ok && outcome.error.code !== 'choose-tenant') await earliestRefusal;
      return outcome;
    },
  };

  async function judge({ email, password, tenant, hostTenantId }: ShownCredentials): Promise<Result<Account, Failure>> {
    if (guesses.isLocked(email)) {
      await pretendToCheck(password);
      return failure({ code: 'locked-out' });
    }
    const accounts = (await accountsOf(email, hostTenantId)).filter((account) => tenant === undefined || account.tenant.slug === tenant);
    if (accounts.length === 0) {
      // Asked once more, because others may have guessed meanwhile, and counted before anything is awaited: the same as an account does under its row lock.
      const locked = guesses.isLocked(email);
      if (!locked) guesses.note(email);
      await pretendToCheck(password);
      return failure({ code: locked ? 'locked-out' : 'wrong-credentials' });
    }
    const opened: Account[] = [];
    let locked = false;
    for (const account of accounts) {
      const outcome = await checkPassword(account, password);
      if (outcome === 'locked') locked = true;
      else if (outcome !== 'wrong') opened.push(outcome);
    }
    const [account, another] = opened;
    if (account === undefined) {
      if (locked) return failure({ code: 'locked-out' });
      guesses.note(email);
      return failure({ code: 'wrong-credentials' });
    }
    guesses.forget(email);
    if (another === undefined) return success(account);
    return failure({
      code: 'choose-tenant',
      errors: opened.map((one) => ({ pointer: `/tenant/${one.tenant.slug}`, message: one.tenant.name })),
    });
  }

  async function accountsOf(email: string, hostTenantId: string | null): Promise<Account[]> {
    const candidates = (await loginCandidates(database, email)).filter(
      ({ tenantId }) => hostTenantId === null || tenantId === hostTenantId,
    );
    const accounts = await Promise.all(
      candidates.map(({ tenantId, userId }) => database.transaction({ tenantId, sessionId: null }, (tx) => findAccount(tx, userId))),
    );
    return accounts.filter((account) => account !== null);
  }

  async function checkPassword(read: Account, password: string): Promise<Account | 'wrong' | 'locked'> {
    const matches = await passwordMatches(password, read.passwordHash);
    return database.transaction<Account | 'wrong' | 'locked'>({ tenantId: read.tenant.id, sessionId: null }, async (tx) => {
      await lockAccount(tx, read.id);
      const account = await findAccount(tx, read.id);
      if (account === null) return 'wrong';
      if (account.lockedUntil !== null && account.lockedUntil.getTime() > deps.nowMs()) return 'locked';
      // Only what was derived against the password as it is now counts as right.
      if (matches && account.passwordHash === read.passwordHash) {
        await clearFailedLogins(tx, account.id);
        return account;
      }
      await failedLogin(tx, account);
      return 'wrong';
    });
  }

  async function failedLogin(tx: Transaction, account: Account): Promise<void> {
    const seconds = lockSeconds(account.failedLoginCount + 1);
    await noteFailedLogin(tx, account.id, seconds === 0 ? null : new Date(deps.nowMs() + seconds * 1_000));
    await recordAudit(
      tx,
      { kind: 'visitor', id: null },
      { action: 'session.login-failed', subjectKind: 'user', subjectId: account.id, details: { lockedForSeconds: seconds } },
    );
    if (seconds > 0) await deps.outbox.emit(tx, ACCOUNT_LOCKED, { tenantId: tx.scope.tenantId, subjectId: account.id });
  }
}

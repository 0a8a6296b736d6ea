import { setTimeout as sleep } from 'node:timers/promises';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import type { Guesses } from './guesses.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import { passwordMatches, pretendToCheck } from './password.ts';
import { lockSeconds } from './rules.ts';
import { ACCOUNT_LOCKED } from './security-notices.ts';
import { type Account, clearFailedLogins, findAccount, lockAccount, loginCandidates, noteFailedLogin } from './store.ts';

/**
 * INVARIANTS
 * 1. A guess is judged under the account's row lock and counted before it is answered, so that many at once cannot slip past the lock-out.
 * 2. A refusal says and takes the same for an address that has accounts, here or elsewhere, and for one that has none.
 * 3. What strangers guess locks out strangers: a browser that has logged in to the account before is counted by itself, and neither lock is the other's. Otherwise whoever knows an
 *    address could keep its owner out for as long as they like.
 * 4. No connection to the database waits for a password to be derived.
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
  /** The cookie of a browser that has logged in before. */
  readonly knownBrowser: string | undefined;
}

/** Longer than checking the passwords of several accounts takes, so that the time of a refusal says nothing of them. */
const REFUSED_AFTER_MS = 500;
/** Each derivation takes 19 MiB and tens of milliseconds of a core. */
const MAX_CHECKS_AT_ONCE = 64;

export interface CredentialsDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly knownBrowsers: KnownBrowsers;
  /** By address. */
  readonly guesses: Guesses;
  /** By the proof of a known browser. */
  readonly ownGuesses: Guesses;
  nowMs(): number;
}

export function createCredentials(deps: CredentialsDeps): Credentials {
  const { database, guesses, ownGuesses } = deps;
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

  async function judge({ email, password, tenant, hostTenantId, knownBrowser }: ShownCredentials): Promise<Result<Account, Failure>> {
    const isLockedForStrangers = guesses.isLocked(email);
    if (isLockedForStrangers && knownBrowser === undefined) return lockedOut(password);
    const accounts = (await accountsOf(email, hostTenantId))
      .filter((account) => tenant === undefined || account.tenant.slug === tenant)
      .map((account) => ({
        account,
        proof: deps.knownBrowsers.proofFor(knownBrowser, { tenantId: account.tenant.id, userId: account.id }),
      }));
    const judged = isLockedForStrangers ? accounts.filter(({ proof }) => proof !== null) : accounts;
    if (isLockedForStrangers && judged.length === 0) return lockedOut(password);
    if (judged.length === 0) {
      // Asked once more, because others may have guessed meanwhile, and counted before anything is awaited: the same as an account does under its row lock.
      const locked = guesses.isLocked(email);
      if (!locked) guesses.note(email);
      await pretendToCheck(password);
      return failure({ code: locked ? 'locked-out' : 'wrong-credentials' });
    }
    const opened: Account[] = [];
    let locked = judged.length < accounts.length;
    for (const { account, proof } of judged) {
      const outcome = await checkPassword(account, proof, password);
      if (outcome === 'locked') locked = true;
      else if (outcome !== 'wrong') opened.push(outcome);
    }
    const [account, another] = opened;
    if (account === undefined) {
      if (locked) return failure({ code: 'locked-out' });
      if (judged.some(({ proof }) => proof === null)) guesses.note(email);
      return failure({ code: 'wrong-credentials' });
    }
    if (!guesses.isLocked(email)) guesses.forget(email);
    if (another === undefined) return success(account);
    return failure({
      code: 'choose-tenant',
      errors: opened.map((one) => ({ pointer: `/tenant/${one.tenant.slug}`, message: one.tenant.name })),
    });
  }

  async function lockedOut(password: string): Promise<Result<Account, Failure>> {
    await pretendToCheck(password);
    return failure({ code: 'locked-out' });
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

  async function checkPassword(read: Account, proof: string | null, password: string): Promise<Account | 'wrong' | 'locked'> {
    const matches = await passwordMatches(password, read.passwordHash);
    return database.transaction<Account | 'wrong' | 'locked'>({ tenantId: read.tenant.id, sessionId: null }, async (tx) => {
      await lockAccount(tx, read.id);
      const account = await findAccount(tx, read.id);
      if (account === null) return 'wrong';
      const isLockedForStrangers = account.lockedUntil !== null && account.lockedUntil.getTime() > deps.nowMs();
      if (proof === null ? isLockedForStrangers : ownGuesses.isLocked(proof)) return 'locked';
      // Only what was derived against the password as it is now counts as right.
      if (matches && account.passwordHash === read.passwordHash) {
        if (proof !== null) ownGuesses.forget(proof);
        // Strangers who are locked out remain so, and have no more guesses for its owner having come by.
        if (!isLockedForStrangers) await clearFailedLogins(tx, account.id);
        return account;
      }
      if (proof === null) await failedByStranger(tx, account);
      else await failedByKnownBrowser(tx, account, proof);
      return 'wrong';
    });
  }

  async function failedByStranger(tx: Transaction, account: Account): Promise<void> {
    const seconds = lockSeconds(account.failedLoginCount + 1);
    await noteFailedLogin(tx, account.id, seconds === 0 ? null : new Date(deps.nowMs() + seconds * 1_000));
    await auditFailure(tx, account, { lockedForSeconds: seconds });
    if (seconds > 0) await deps.outbox.emit(tx, ACCOUNT_LOCKED, { tenantId: tx.scope.tenantId, subjectId: account.id });
  }

  async function failedByKnownBrowser(tx: Transaction, account: Account, proof: string): Promise<void> {
    ownGuesses.note(proof);
    await auditFailure(tx, account, { knownBrowser: true });
  }

  async function auditFailure(tx: Transaction, account: Account, details: Readonly<Record<string, unknown>>): Promise<void> {
    await recordAudit(
      tx,
      { kind: 'visitor', id: null },
      { action: 'session.login-failed', subjectKind: 'user', subjectId: account.id, details },
    );
  }
}

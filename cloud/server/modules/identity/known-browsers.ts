import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * By what a browser shows that somebody has logged in to an account with it before. Whoever knows an address can keep it locked for everybody else by guessing; the browsers of its
 * owner are judged apart from them. The cookie holds one proof for each account: when it ends, a random number, and a MAC over both and the account. It opens nothing, it names
 * nobody, and for any other account it is worthless.
 */
export interface KnownBrowsers {
  /** The number of the browser's proof for the account, by which its own guesses are counted; null when it has none. */
  proofFor(cookie: string | undefined, account: AccountKey): string | null;
  /** The cookie with a proof for the account, or null when the one it has is good for a long time yet. */
  remember(cookie: string | undefined, account: AccountKey): string | null;
}

export interface AccountKey {
  readonly tenantId: string;
  readonly userId: string;
}

/** Browsers keep no cookie for longer than 400 days (RFC 6265bis). */
export const KNOWN_SECONDS = 365 * 86_400;
/** A person of several offices, and a machine of several people. */
const MOST_ACCOUNTS = 8;

const PROOF = /^([0-9a-z]{1,10})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

export function createKnownBrowsers(secret: Uint8Array, nowMs: () => number): KnownBrowsers {
  const key = createHmac('sha256', secret).update('known-browser').digest();
  const nowSeconds = () => Math.floor(nowMs() / 1_000);

  function macOf(ends: string, id: string, { tenantId, userId }: AccountKey): Buffer {
    return createHmac('sha256', key).update(`${ends}.${id}.${tenantId}.${userId}`).digest();
  }

  function proofsIn(cookie: string | undefined) {
    return (cookie ?? '')
      .split('~', MOST_ACCOUNTS)
      .flatMap((text) => {
        const [, ends, id, mac] = PROOF.exec(text) ?? [];
        return ends === undefined || id === undefined || mac === undefined ? [] : [{ text, ends, id, mac: Buffer.from(mac, 'base64url') }];
      })
      .filter(({ ends }) => Number.parseInt(ends, 36) > nowSeconds());
  }

  function proofOf(cookie: string | undefined, account: AccountKey) {
    return proofsIn(cookie).find(({ ends, id, mac }) => timingSafeEqual(mac, macOf(ends, id, account)));
  }

  return {
    proofFor: (cookie, account) => proofOf(cookie, account)?.id ?? null,

    remember(cookie, account) {
      const known = proofOf(cookie, account);
      if (known !== undefined && Number.parseInt(known.ends, 36) - nowSeconds() > KNOWN_SECONDS / 2) return null;
      const ends = (nowSeconds() + KNOWN_SECONDS).toString(36);
      const id = randomBytes(16).toString('base64url');
      const others = proofsIn(cookie).filter(({ text }) => text !== known?.text);
      const proofs = [`${ends}.${id}.${macOf(ends, id, account).toString('base64url')}`, ...others.map(({ text }) => text)];
      return proofs.slice(0, MOST_ACCOUNTS).join('~');
    },
  };
}

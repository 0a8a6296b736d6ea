import type { ShownFacts } from '@concierge/contract/kiosk/screen.ts';
import { type FactsClaims, knownFacts } from '@concierge/contract/mqtt/facts.ts';
import { epcPayload } from '@concierge/kernel/epc.ts';
import { drawQr } from './qr.ts';

const NOTHING: ShownFacts = { weather: null, account: null };
/** Of the claims that were opened last: drawing a code takes milliseconds, and composing a screen is frequent. */
const shown = new WeakMap<FactsClaims, ShownFacts>();

/** What widgets may show besides the document. The end of a single fact is for the page, which looks at the clock more often. */
export function shownFacts(claims: FactsClaims | null, nowMs: number): ShownFacts {
  if (claims === null || Date.parse(claims.expiresAt) <= nowMs) return NOTHING;
  const known = shown.get(claims);
  if (known !== undefined) return known;
  const { weather, account } = knownFacts(claims.facts);
  // The standard asks for error correction M, which is what every code of ours has, and for at most 69 modules, which this is far below.
  const facts: ShownFacts = { weather, account: account === null ? null : { ...account, qr: drawQr(epcPayload(account)) } };
  shown.set(claims, facts);
  return facts;
}

import type { PinnedKeys } from '@concierge/contract/signed-claims.ts';
import { type ClaimsOf, type HeldKind, heldKinds, openDocument } from '@concierge/contract/signed-document.ts';
import { topics } from '@concierge/contract/topics.ts';
import type { Logger } from 'pino';
import type { KioskCache } from '../cache/cache.ts';
import type { StoredDocument } from '../cache/document-rows.ts';
import { type Addressee, strangerTo } from './acceptance.ts';

export interface HeldDocument<Kind extends HeldKind> {
  readonly claims: ClaimsOf<Kind>;
  readonly jws: string;
}

type DocumentsByKind = { [Kind in HeldKind]: HeldDocument<Kind> | null };

/** The documents the device shows and works by. Only documents that passed every check get in. */
export interface HeldDocuments {
  get<Kind extends HeldKind>(kind: Kind): HeldDocument<Kind> | null;
  hold<Kind extends HeldKind>(kind: Kind, document: HeldDocument<Kind>): void;
  forget(): void;
  /** The content that may be shown: the held one, unless the cloud has said since that the building has none. */
  shownContent(): ClaimsOf<'content'> | null;
  /** When the cloud last vouched for the held content, as an ISO instant; null without content. */
  confirmedAt(): string | null;
  /** The newest date inside any of them, 0 without one: it cannot be earlier than that. */
  newestIssuedMs(): number;
}

export function isHeldKind(name: string): name is HeldKind {
  return heldKinds.some((kind) => kind === name);
}

export function createHeldDocuments(): HeldDocuments {
  const held: DocumentsByKind = { content: null, desired: null, qr: null, scenes: null, facts: null };
  /** The last confirmation heard, with the content it was for: a newer desired state may already speak of content that is on its way. */
  let confirmed: { sequence: number; at: string } | null = null;

  function noteConfirmation(): void {
    const word = held.desired?.claims.content ?? null;
    if (word !== null && word.sequence === held.content?.claims.sequence) confirmed = { sequence: word.sequence, at: word.confirmedAt };
  }

  return {
    get: (kind) => held[kind],
    hold<Kind extends HeldKind>(kind: Kind, document: HeldDocument<Kind>) {
      const byKind: { [Only in Kind]: HeldDocument<Only> | null } = held;
      byKind[kind] = document;
      noteConfirmation();
    },
    forget() {
      for (const kind of heldKinds) held[kind] = null;
      confirmed = null;
    },
    shownContent() {
      const content = held.content?.claims ?? null;
      const desired = held.desired?.claims;
      const withdrawn = content !== null && desired !== undefined && desired.content === null && desired.issuedAt > content.issuedAt;
      return withdrawn ? null : content;
    },
    confirmedAt() {
      const content = held.content?.claims;
      if (content === undefined) return null;
      // The moment it was signed is itself a moment at which the cloud vouched for it.
      return confirmed?.sequence === content.sequence && confirmed.at > content.issuedAt ? confirmed.at : content.issuedAt;
    },
    newestIssuedMs: () => Math.max(0, ...heldKinds.map((kind) => Date.parse(held[kind]?.claims.issuedAt ?? '1970-01-01T00:00:00Z'))),
  };
}

/**
 * Fills the held documents from the cache. Every one is verified again, because a card decays and can be written to by others: one that
 * fails falls back to the generation before, and with neither there is nothing to show.
 */
export async function loadFromCache(deps: {
  cache: KioskCache;
  held: HeldDocuments;
  addressee: Addressee;
  /** Those of before among them: what was taken is held until it runs out or something newer comes. */
  keys: PinnedKeys;
  /** Called once when any document that was stored is no longer what the cloud signed for this device: the card decays, or somebody wrote to it. */
  onUnusable?(): void;
  logger: Logger;
}): Promise<void> {
  // All is read before anything is written: a write may find that the disk is full, and then the cache answers no more.
  const found = heldKinds.map((kind) => ({ kind, generations: deps.cache.stored(kind) }));
  let unusable = 0;
  for (const { kind, generations } of found) unusable += await loadKind(kind, generations, deps);
  if (unusable > 0) deps.onUnusable?.();
}

/** Returns how many generations had to be passed over. */
async function loadKind<Kind extends HeldKind>(
  kind: Kind,
  generations: readonly StoredDocument[],
  deps: Parameters<typeof loadFromCache>[0],
): Promise<number> {
  let unusable = 0;
  for (const stored of generations) {
    const opened = await openDocument(kind, stored.jws, topics[kind].maxBytes, deps.keys);
    const fault = opened.ok ? strangerTo(opened.value, deps.addressee) : opened.error;
    if (opened.ok && fault === null) {
      deps.held.hold(kind, { claims: opened.value, jws: stored.jws });
      deps.cache.settle(kind, stored);
      return unusable;
    }
    unusable += 1;
    deps.logger.error({ kind, generation: stored.generation, fault }, 'a cached document is not usable');
  }
  return unusable;
}

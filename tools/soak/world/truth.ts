import type { ContentClaims } from '@concierge/contract/mqtt/content.ts';
import type { DesiredClaims } from '@concierge/contract/mqtt/desired.ts';
import { type FactsClaims, knownFacts } from '@concierge/contract/mqtt/facts.ts';
import type { QrBatchClaims } from '@concierge/contract/mqtt/qr-batch.ts';
import type { ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { MAC_BYTES } from '@concierge/contract/qr-token.ts';
import { marksIn } from './marks.ts';

/** What the cloud has said so far, and so all that a lobby may say. The invariants hold the glass against it. */
export interface Truth {
  noteContent(claims: ContentClaims): void;
  noteDesired(claims: DesiredClaims): void;
  noteBatch(claims: QrBatchClaims): void;
  noteScenes(claims: ScenesClaims): void;
  noteFacts(claims: FactsClaims): void;
  /** The line to the broker is open: all that was said so far can have been heard. */
  noteLineOpen(): void;
  /** The device told that it holds this content, these words of the cloud, this arrangement and these facts (0: none). */
  noteReported(contentSequence: number, desiredSequence: number, scenesSequence?: number, factsSequence?: number): void;
  /** The agent began anew: what it holds now is not known. */
  forgetReported(): void;
  statement(mark: string): Statement | null;
  fact(mark: string): IssuedFact | null;
  /** The sequence of the facts the device told that it holds; 0 when it told of none. */
  reportedFacts(): number;
  /** Whether the cloud signed a text with this mark for this building. */
  isSigned(mark: string): boolean;
  /** Contents that hold the statement, or none. */
  contentsWith(mark: string): readonly IssuedContent[];
  reportedContent(): IssuedContent | null;
  /** When the cloud last vouched, of what the device told that it holds; null when it told nothing. */
  reportedConfirmationMs(): number | null;
  /** The newest moment the device can have heard the cloud vouch for. */
  newestConfirmationMs(): number | null;
  batches(): readonly QrBatchClaims[];
  /** Those from the one that the device last told of, and some before it: a damaged cache brings back an older one. */
  arrangements(): readonly ScenesClaims[];
  /** The sequence of the arrangement the device told that it holds; 0 when it told of none. */
  reportedScenes(): number;
  isGenuine(slot: number, mac: Uint8Array): boolean;
}

export interface Statement {
  readonly publishAtMs: number;
  readonly expiresAtMs: number | null;
}

export interface IssuedFact {
  /** Of the newest document that holds it. */
  readonly sequence: number;
  readonly documentEndsMs: number;
  readonly showUntilMs: number;
}

export interface IssuedContent {
  readonly sequence: number;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly marks: ReadonlySet<string>;
}

const KEPT_ARRANGEMENTS = 60;

export function createTruth(): Truth {
  const statements = new Map<string, Statement>();
  const contents = new Map<number, IssuedContent>();
  const confirmations = new Map<number, number>();
  const batches: QrBatchClaims[] = [];
  const arrangements: ScenesClaims[] = [];
  const arranged = new Set<string>();
  const facts = new Map<string, IssuedFact>();
  let saidMs: number | null = null;
  let newestConfirmationMs: number | null = null;
  /** The last it told of, also while nobody knows what it holds now: without a line it shows that one for weeks. */
  let lastHeldScenes = 0;
  const nothing = { contentSequence: 0, desiredSequence: 0, scenesSequence: 0, factsSequence: 0 };
  let reported = nothing;

  return {
    noteContent(claims) {
      // The moment it was signed is itself a moment at which the cloud vouched for it.
      saidMs = Math.max(saidMs ?? 0, Date.parse(claims.issuedAt));
      const marks = new Set<string>();
      for (const { title, publishAt, expiresAt } of claims.document.announcements) {
        for (const mark of marksIn(title.el)) {
          marks.add(mark);
          statements.set(mark, { publishAtMs: Date.parse(publishAt), expiresAtMs: expiresAt === null ? null : Date.parse(expiresAt) });
        }
      }
      contents.set(claims.sequence, {
        sequence: claims.sequence,
        issuedAtMs: Date.parse(claims.issuedAt),
        expiresAtMs: Date.parse(claims.expiresAt),
        marks,
      });
    },
    noteDesired(claims) {
      if (claims.content === null) return;
      const atMs = Date.parse(claims.content.confirmedAt);
      confirmations.set(claims.sequence, atMs);
      saidMs = Math.max(saidMs ?? 0, atMs);
    },
    noteLineOpen() {
      newestConfirmationMs = saidMs;
    },
    noteBatch: (claims) => void batches.push(claims),
    noteScenes(claims) {
      arrangements.push(claims);
      const [oldest] = arrangements;
      if (arrangements.length > KEPT_ARRANGEMENTS && oldest !== undefined && oldest.sequence < lastHeldScenes) arrangements.shift();
      for (const mark of marksIn(JSON.stringify(claims.configuration))) arranged.add(mark);
    },
    noteFacts(claims) {
      const { weather } = knownFacts(claims.facts);
      for (const mark of marksIn(weather?.place.el ?? '')) {
        facts.set(mark, {
          sequence: claims.sequence,
          documentEndsMs: Date.parse(claims.expiresAt),
          showUntilMs: Date.parse(weather?.showUntil ?? ''),
        });
      }
    },
    noteReported(contentSequence, desiredSequence, scenesSequence = 0, factsSequence = 0) {
      reported = { contentSequence, desiredSequence, scenesSequence, factsSequence };
      if (scenesSequence > 0) lastHeldScenes = scenesSequence;
    },
    forgetReported() {
      reported = nothing;
    },
    statement: (mark) => statements.get(mark) ?? null,
    isSigned: (mark) => statements.has(mark) || arranged.has(mark) || facts.has(mark),
    fact: (mark) => facts.get(mark) ?? null,
    reportedFacts: () => reported.factsSequence,
    contentsWith: (mark) => [...contents.values()].filter(({ marks }) => marks.has(mark)),
    reportedContent: () => contents.get(reported.contentSequence) ?? null,
    reportedConfirmationMs: () => confirmations.get(reported.desiredSequence) ?? null,
    newestConfirmationMs: () => newestConfirmationMs,
    batches: () => batches,
    arrangements: () => arrangements,
    reportedScenes: () => reported.scenesSequence,
    isGenuine: (slot, mac) =>
      batches.some(({ firstSlot, macs }) => {
        const offset = (slot - firstSlot) * MAC_BYTES;
        const bytes = Buffer.from(macs, 'base64url');
        return offset >= 0 && offset + MAC_BYTES <= bytes.length && bytes.subarray(offset, offset + MAC_BYTES).equals(mac);
      }),
  };
}

import { QR_SLOT_SECONDS } from '@concierge/contract/mqtt/qr-batch.ts';
import { canonicalJson } from '@concierge/kernel/canonical-json.ts';

/** Where the two halves of the projection come from; each reader already gives only what may be public. */
export interface LobbySources {
  readonly building: {
    readonly id: string;
    readonly name: Text;
    readonly addressLine: Text;
    readonly city: Text;
    readonly timeZone: string;
    readonly language: 'el' | 'en';
  };
  readonly announcements: readonly {
    readonly id: string;
    readonly category: string;
    readonly urgent: boolean;
    readonly title: Text;
    readonly body: Text | null;
    readonly publishAt: string;
    readonly expiresAt: string | null;
  }[];
}

interface Text {
  readonly el: string;
  readonly en: string | null;
}

/**
 * The sanitised building document, field by field: what is not copied here by name does not leave the cloud, whatever a reader returns. The contract's strict schema
 * checks it once more before it is signed.
 */
export function sanitisedDocument({ building, announcements }: LobbySources) {
  return {
    building: {
      id: building.id,
      name: textOf(building.name),
      addressLine: textOf(building.addressLine),
      city: textOf(building.city),
      timeZone: building.timeZone,
      language: building.language,
    },
    announcements: announcements.map((announcement) => ({
      id: announcement.id,
      category: announcement.category,
      urgent: announcement.urgent,
      title: textOf(announcement.title),
      body: announcement.body === null ? null : textOf(announcement.body),
      publishAt: announcement.publishAt,
      expiresAt: announcement.expiresAt,
    })),
  };
}

function textOf(text: Text) {
  return { el: text.el, en: text.en };
}

/** The text whose hash tells whether a document changed. */
export function documentText(document: unknown): string {
  return canonicalJson(document);
}

/** A document is signed anew when its content changed, or when its signature has grown so old that a screen could run out of it. */
export function needsNewIssue(previous: { contentHash: string; issuedAtMs: number } | null, contentHash: string, nowMs: number): boolean {
  return previous === null || previous.contentHash !== contentHash || nowMs - previous.issuedAtMs > REISSUE_AFTER_MS;
}

const DAY_MS = 86_400_000;
export const DOCUMENT_LIFE_MS = 60 * DAY_MS;
const REISSUE_AFTER_MS = 7 * DAY_MS;

/** A presence code is good from a minute before its slot (the kiosk's clock may run ahead) to two minutes after it (time to open the camera's link). */
export const SLOT_EARLY_SECONDS = 60;
export const SLOT_LATE_SECONDS = 120;

export type SlotVerdict = 'valid' | 'early' | 'expired';

export function judgeSlot(slot: number, slotSeconds: number, nowMs: number): SlotVerdict {
  const nowSeconds = nowMs / 1000;
  if (nowSeconds < slot * slotSeconds - SLOT_EARLY_SECONDS) return 'early';
  return nowSeconds <= (slot + 1) * slotSeconds + SLOT_LATE_SECONDS ? 'valid' : 'expired';
}

/** A batch is replaced while the device still has this long to show codes without us. */
export const QR_RENEW_BELOW_SECONDS = 18 * 3_600;

/** A batch that ends before this slot is due for renewal. */
export function renewalSlot(nowMs: number): number {
  return Math.floor((nowMs / 1000 + QR_RENEW_BELOW_SECONDS) / QR_SLOT_SECONDS);
}

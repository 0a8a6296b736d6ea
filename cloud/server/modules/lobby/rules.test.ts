import { QR_SLOT_SECONDS } from '@concierge/contract/mqtt/qr-batch.ts';
import { describe, expect, it } from 'vitest';
import { judgeSlot, needsNewIssue, renewalSlot, SLOT_EARLY_SECONDS, SLOT_LATE_SECONDS, sanitisedDocument } from './rules.ts';

const slot = 59_000_000;
const startMs = slot * QR_SLOT_SECONDS * 1000;

describe('a presence slot', () => {
  it.each([
    ['long before', -SLOT_EARLY_SECONDS * 1000 - 1, 'early'],
    ['as early as a fast clock may be', -SLOT_EARLY_SECONDS * 1000, 'valid'],
    ['at its start', 0, 'valid'],
    ['at its end', QR_SLOT_SECONDS * 1000, 'valid'],
    ['at the last moment', (QR_SLOT_SECONDS + SLOT_LATE_SECONDS) * 1000, 'valid'],
    ['just after', (QR_SLOT_SECONDS + SLOT_LATE_SECONDS) * 1000 + 1, 'expired'],
  ] as const)('%s is %s', (_name, offsetMs, verdict) => {
    expect(judgeSlot(slot, QR_SLOT_SECONDS, startMs + offsetMs)).toBe(verdict);
  });

  it('is due for renewal eighteen hours ahead', () => {
    expect(renewalSlot(startMs) - slot).toBe((18 * 3_600) / QR_SLOT_SECONDS);
  });
});

describe('a new issue of the document', () => {
  const stored = { contentHash: 'a', issuedAtMs: 0 };
  it.each([
    ['the first', null, 'a', 0, true],
    ['a changed one', stored, 'b', 1, true],
    ['an unchanged one', stored, 'a', 6 * 86_400_000, false],
    ['an unchanged one with an old signature', stored, 'a', 7 * 86_400_000 + 1, true],
  ] as const)('%s', (_name, previous, contentHash, nowMs, expected) => {
    expect(needsNewIssue(previous, contentHash, nowMs)).toBe(expected);
  });
});

describe('the projection', () => {
  it('copies what it names and nothing else, whatever a reader returns', () => {
    const text = { el: 'α', en: null, secret: 'Παπαδόπουλος' };
    const more = { managerPhone: '+30 694 0000000', createdBy: 'Παπαδόπουλος', apartment: 'Α1' };
    const document = sanitisedDocument({
      building: {
        id: 'b',
        name: text,
        addressLine: text,
        city: text,
        timeZone: 'Europe/Athens',
        language: 'el',
        ...more,
      },
      announcements: [
        {
          id: 'n',
          category: 'general',
          urgent: false,
          title: text,
          body: text,
          publishAt: 'p',
          expiresAt: null,
          ...more,
        },
      ],
    });
    expect(JSON.stringify(document)).not.toMatch(/Παπαδόπουλος|694|Α1/);
  });
});

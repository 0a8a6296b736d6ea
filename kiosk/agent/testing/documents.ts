import { randomBytes, randomUUID } from 'node:crypto';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import type { ContentClaims, LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import type { DesiredClaims } from '@concierge/contract/mqtt/desired.ts';
import type { FactsClaims } from '@concierge/contract/mqtt/facts.ts';
import { QR_SLOT_SECONDS, type QrBatchClaims } from '@concierge/contract/mqtt/qr-batch.ts';
import type { Placement, Scene, ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { type ClaimsForm, signClaims } from '@concierge/contract/signed-claims.ts';
import { type ClaimsOf, type SignedKind, signDocument } from '@concierge/contract/signed-document.ts';
import { type SigningKeysStatement, signKeyStatement } from '@concierge/contract/signing-keys.ts';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';

export interface TestSigner {
  readonly publicKey: PublicSigningKey;
  readonly verifyingKey: CryptoKey;
  sign<Kind extends SignedKind>(kind: Kind, claims: ClaimsOf<Kind>): Promise<string>;
  /** What no cloud of this version would sign. */
  signAs<Claims>(form: ClaimsForm<Claims>, claims: Claims): Promise<string>;
  /** Says whose signatures count. */
  signKeys(statement: SigningKeysStatement): Promise<string>;
}

/** A signing key of a cloud that exists only in the test. */
export async function createTestSigner(keyId = 'test-key'): Promise<TestSigner> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { kty, crv, x } = await exportJWK(pair.publicKey);
  return {
    publicKey: PublicSigningKey.parse({ kty, crv, x, kid: keyId }),
    verifyingKey: pair.publicKey,
    sign: (kind, claims) => signDocument(kind, claims, { keyId, privateKey: pair.privateKey }),
    signAs: (form, claims) => signClaims(form, claims, { keyId, privateKey: pair.privateKey }),
    signKeys: (statement) => signKeyStatement(statement, { keyId, privateKey: pair.privateKey }),
  };
}

export const testBuildingId = '01900000-0000-7000-8000-00000000b001';
export const testDeviceId = '01900000-0000-7000-8000-00000000d001';
export const HOUR_MS = 3_600_000;

/** The instant on the wire, relative to the test's now. */
export function instant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function aContent(change: Partial<ContentClaims> & { title?: string; nowMs?: number } = {}): ContentClaims {
  const { title, nowMs = Date.now(), ...claims } = change;
  return {
    kind: 'content',
    buildingId: testBuildingId,
    sequence: 1,
    issuedAt: instant(nowMs),
    expiresAt: instant(nowMs + 72 * HOUR_MS),
    document: {
      building: {
        id: testBuildingId,
        name: { el: 'Ακαδημίας 12', en: null },
        addressLine: { el: 'Ακαδημίας 12', en: null },
        city: { el: 'Αθήνα', en: 'Athens' },
        timeZone: 'Europe/Athens',
        language: 'el',
      },
      announcements: [anAnnouncement(title ?? 'Διακοπή νερού', nowMs)],
    },
    ...claims,
  };
}

/** A content document of some 200 KB, near the largest there may be. */
export function aLargeContent(sequence: number): ContentClaims {
  const claims = aContent({ sequence, title: 'α'.repeat(120) });
  const body = { el: 'β'.repeat(1_200), en: 'c'.repeat(1_200) };
  const announcements = Array.from({ length: 40 }, () => claims.document.announcements.map((one) => ({ ...one, body }))).flat();
  return { ...claims, document: { ...claims.document, announcements } };
}

export function aDesired(change: Partial<DesiredClaims> & { nowMs?: number } = {}): DesiredClaims {
  const { nowMs = Date.now(), ...claims } = change;
  return {
    kind: 'desired',
    deviceId: testDeviceId,
    buildingId: testBuildingId,
    sequence: 1,
    issuedAt: instant(nowMs),
    expiresAt: instant(nowMs + 24 * HOUR_MS),
    content: { sequence: 1, confirmedAt: instant(nowMs) },
    display: { language: 'alternate', widthMm: null },
    ...claims,
  };
}

export function aFacts(change: Partial<FactsClaims> & { nowMs?: number } = {}): FactsClaims {
  const { nowMs = Date.now(), ...rest } = change;
  return {
    kind: 'facts',
    buildingId: testBuildingId,
    sequence: 1,
    issuedAt: instant(nowMs),
    expiresAt: instant(nowMs + 60 * 24 * HOUR_MS),
    facts: { account: { iban: 'GR1601101250000000012300695', holder: 'POLYKATOIKIA' } },
    ...rest,
  };
}

export function aQrBatch(change: Partial<QrBatchClaims> & { nowMs?: number; slots?: number } = {}): QrBatchClaims {
  const { nowMs = Date.now(), slots = 120, ...claims } = change;
  return {
    kind: 'qr',
    deviceId: testDeviceId,
    buildingId: testBuildingId,
    sequence: 1,
    issuedAt: instant(nowMs),
    expiresAt: instant(nowMs + 24 * HOUR_MS),
    urlPrefix: 'https://example.gr/j/',
    firstSlot: Math.floor(nowMs / 1_000 / QR_SLOT_SECONDS),
    macs: randomBytes(slots * 16).toString('base64url'),
    ...claims,
  };
}

/** An arrangement of these scenes; none at all takes the device's arrangement away. */
export function aScenes(change: Partial<ScenesClaims> & { nowMs?: number; scenes?: readonly Scene[] } = {}): ScenesClaims {
  const { nowMs = Date.now(), scenes = [], ...claims } = change;
  return {
    kind: 'scenes',
    deviceId: testDeviceId,
    buildingId: testBuildingId,
    sequence: 1,
    issuedAt: instant(nowMs),
    expiresAt: instant(nowMs + 24 * HOUR_MS),
    configuration: scenes.length === 0 ? null : { id: randomUUID(), revision: 1, list: { scenes: [...scenes], fallbackSceneId: null } },
    ...claims,
  };
}

/** A scene that is always on, with these widgets in portrait. */
export function aLayout(...portrait: readonly Placement[]): Scene {
  return {
    id: randomUUID(),
    name: { el: 'Σκηνή', en: null },
    view: { kind: 'layout', portrait: [...portrait], landscape: [] },
    durationSeconds: null,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  };
}

/** A widget over half of the grid. */
export function aPlacement(widget: string, settings: Placement['settings']): Placement {
  return { id: randomUUID(), widget, column: 0, row: 0, columns: 6, rows: 4, settings };
}

function anAnnouncement(title: string, nowMs: number): LobbyAnnouncement {
  return {
    id: randomUUID(),
    category: 'outage',
    urgent: false,
    title: { el: title, en: null },
    body: null,
    publishAt: instant(nowMs),
    expiresAt: null,
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { KEY_FILE, saveClaim } from '../device/identity.ts';
import { createPrivateDirectory } from '../device/private-directory.ts';
import { boardSerial, deviceSerial } from '../device/serial.ts';
import type { TestAuthority } from './authority.ts';
import { type TestSigner, testBuildingId, testDeviceId } from './documents.ts';

export const silentLogger = pino({ level: 'silent' });

/** A directory of its own for one test, gone with `using`. */
export function temporaryDirectory(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'kiosk-agent-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Leaves a directory as a claim would. `pinned` is the authority as the device keeps it, when its dates are others than the issuer's. */
export async function claimDirectory(
  dataDir: string,
  claim: { authority: TestAuthority; pinned?: TestAuthority; signer: TestSigner; brokerUrl: string; cloudUrl?: string; serial?: string },
): Promise<void> {
  const directory = createPrivateDirectory(join(dataDir, 'identity'));
  directory.prepare();
  const { keyPem, certificatePem } = await claim.authority.issue(testDeviceId);
  directory.write(KEY_FILE, keyPem);
  const reply = {
    deviceId: testDeviceId,
    buildingId: testBuildingId,
    certificatePem,
    authorityPem: (claim.pinned ?? claim.authority).certificatePem,
    brokerUrl: claim.brokerUrl,
    cloudUrl: claim.cloudUrl ?? 'http://localhost',
    signingKeys: [claim.signer.publicKey],
  };
  // The serial of a machine whose board has none is what stands in the directory.
  saveClaim(directory, reply, claim.serial ?? deviceSerial(directory, boardSerial()));
}

/** Waits until a condition holds; fails with what it was waiting for. */
export async function until(what: string, holds: () => boolean, timeoutMs = 8_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await sleep(10);
  }
}

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublicSigningKey } from '@concierge/contract/keys.ts';
import { MAX_KEY_STATEMENTS, SigningKeysStatement, signKeyStatement } from '@concierge/contract/signing-keys.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import {
  KEY_CHAIN_FILE,
  type KeyChain,
  NEXT_SIGNING_KEY_FILE,
  newSigningKey,
  readKeyChain,
  readKeyChainFile,
  SIGNING_KEY_FILE,
  type SigningKeyInUse,
  signingKeyOf,
} from './signing-keys.ts';

/** Why a step is not taken. */
export type ChangeFault =
  | 'announced-before'
  | 'nothing-announced'
  | 'announced-lately'
  | 'next-not-in-use'
  | 'nothing-to-retire'
  | 'chain-full';

export interface KeyState {
  readonly inUse: SigningKeyInUse;
  readonly next: SigningKeyInUse | null;
  readonly chain: KeyChain;
}

/** Kiosks look once a day for new keys; within this every one that has a network has looked. */
export const ANNOUNCED_FOR_MS = 2 * 86_400_000;

/**
 * The signing key is changed in three steps, each of which may be repeated after a power cut (docs/adr/0034): the next key is announced beside the one in use; it is used in its place, and the one
 * before is gone; what is no longer in use is retired.
 *
 * INVARIANT: at each moment the newest statement names the key in use, and was signed by a key that the statement before it names.
 */
export async function readKeyState(folder: string): Promise<KeyState> {
  const inUse = await signingKeyOf(SIGNING_KEY_FILE, await readFile(join(folder, SIGNING_KEY_FILE), 'utf8'));
  const next = await readFile(join(folder, NEXT_SIGNING_KEY_FILE), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  return {
    inUse,
    next: next === null ? null : await signingKeyOf(NEXT_SIGNING_KEY_FILE, next),
    chain: await readKeyChain(folder, inUse.publicKey),
  };
}

export async function announceNextKey(folder: string, nowMs: number): Promise<Result<KeyState, ChangeFault>> {
  let state = await readKeyState(folder);
  if (state.next !== null && isNamed(state.chain, state.next)) return failure('announced-before');
  if (state.next === null) await put(folder, NEXT_SIGNING_KEY_FILE, await newSigningKey());
  state = await readKeyState(folder);
  const keys = [...state.chain.publicKeys, ...(state.next === null ? [] : [state.next.publicKey])];
  return state.next === null ? failure('nothing-announced') : append(folder, state, keys, nowMs);
}

/** `atOnce` for a key that others have: kiosks that did not look yet are without news until they do. */
export async function useNextKey(folder: string, nowMs: number, atOnce: boolean): Promise<Result<KeyState, ChangeFault>> {
  const { next, chain } = await readKeyState(folder);
  if (next === null || !isNamed(chain, next)) return failure('nothing-announced');
  if (!atOnce && nowMs - announcedAtMs(chain) < ANNOUNCED_FOR_MS) return failure('announced-lately');
  await rename(join(folder, NEXT_SIGNING_KEY_FILE), join(folder, SIGNING_KEY_FILE));
  return success(await readKeyState(folder));
}

export async function retireOtherKeys(folder: string, nowMs: number): Promise<Result<KeyState, ChangeFault>> {
  const state = await readKeyState(folder);
  if (state.next !== null) return failure('next-not-in-use');
  if (state.chain.publicKeys.length === 1) return failure('nothing-to-retire');
  return append(folder, state, [state.inUse.publicKey], nowMs);
}

function isNamed(chain: KeyChain, key: SigningKeyInUse): boolean {
  return chain.publicKeys.some(({ kid, x }) => kid === key.publicKey.kid && x === key.publicKey.x);
}

async function append(
  folder: string,
  { inUse, chain }: KeyState,
  keys: readonly PublicSigningKey[],
  nowMs: number,
): Promise<Result<KeyState, ChangeFault>> {
  if (chain.statements.length >= MAX_KEY_STATEMENTS) return failure('chain-full');
  const statement = await signKeyStatement(
    { kind: 'signing-keys', version: chain.version + 1, issuedAt: new Date(nowMs).toISOString(), keys: [...keys] },
    inUse,
  );
  const firstKeys = (await readKeyChainFile(folder))?.firstKeys ?? [inUse.publicKey];
  await put(folder, KEY_CHAIN_FILE, JSON.stringify({ firstKeys, statements: [...chain.statements, statement] }));
  return success(await readKeyState(folder));
}

/** When the newest statement was signed. It was read before, so its form is known. */
function announcedAtMs(chain: KeyChain): number {
  const payload = chain.statements.at(-1)?.split('.')[1] ?? '';
  return Date.parse(SigningKeysStatement.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).issuedAt);
}

async function put(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

import { followSigningKeys, SigningKeysReply } from '@concierge/contract/signing-keys.ts';
import type { Logger } from 'pino';
import { type DeviceIdentity, saveSigningKeys } from './identity.ts';
import { postToCloud } from './post-to-cloud.ts';
import type { PrivateDirectory } from './private-directory.ts';

export interface KeyLooks {
  /** From and to: devices that were switched on by the same power cut do not all ask in the same minute. */
  readonly firstMs: readonly [number, number];
  readonly everyMs: number;
  /** After a document by a key that this device does not know. */
  readonly promptedMs: readonly [number, number];
  /** Whoever sends such documents all the time makes it ask no more often. */
  readonly pauseMs: number;
}

export const DEFAULT_KEY_LOOKS: KeyLooks = {
  firstMs: [60_000, 600_000],
  everyMs: 86_400_000,
  promptedMs: [1_000, 60_000],
  pauseMs: 600_000,
};

/** Follows the keys whose signatures are taken, by statements that a key of before signed (docs/adr/0034). */
export interface KeyFollowing {
  start(identity: DeviceIdentity): void;
  /** A document came that is signed by a key which this device does not know. */
  metUnknownKey(): void;
  stop(): void;
}

export function createKeyFollowing(deps: {
  readonly directory: PrivateDirectory;
  clockTrusted(): boolean;
  monotonicMs(): number;
  random(): number;
  readonly looks: KeyLooks;
  /** Goes on with the new keys. */
  onFollowed(identity: DeviceIdentity): void;
  readonly logger: Logger;
}): KeyFollowing {
  const { looks, logger } = deps;
  let timer: NodeJS.Timeout | undefined;
  let stopping = new AbortController();
  let current: DeviceIdentity | null = null;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let dueMs = 0;

  async function look(identity: DeviceIdentity, signal: AbortSignal): Promise<void> {
    const reply = await postToCloud({
      url: new URL('/api/kiosk/signing-keys', identity.cloudUrl),
      body: { after: identity.trusted.version },
      reply: SigningKeysReply,
      stopping: signal,
      // Nothing of the question is secret, and the answer proves itself: a device that does not know the time may not be able to learn it otherwise.
      judgesDates: deps.clockTrusted(),
    });
    if (signal.aborted) return;
    if (!reply.ok) return logger.debug({ reason: reply.error }, 'whose signatures count could not be asked');
    const { trusted, fault } = await followSigningKeys(identity.trusted, reply.value.statements);
    if (fault !== null) logger.error({ fault, version: trusted.version }, 'a statement about signing keys is refused');
    if (signal.aborted || trusted.version === identity.trusted.version) return;
    const next = await saveSigningKeys(deps.directory, identity, trusted);
    if (signal.aborted) return;
    logger.warn({ version: trusted.version, keys: trusted.keys.map(({ kid }) => kid) }, 'other keys sign from now on');
    current = next;
    deps.onFollowed(next);
  }

  function lookIn(delayMs: number): void {
    clearTimeout(timer);
    const { signal } = stopping;
    dueMs = deps.monotonicMs() + delayMs;
    timer = setTimeout(() => {
      if (current === null) return;
      lookedMs = deps.monotonicMs();
      look(current, signal)
        .catch((error: unknown) => logger.error({ error }, 'the new signing keys could not be kept'))
        .finally(() => {
          // Unless somebody asked for a nearer look meanwhile, or this one was stopped.
          if (!signal.aborted && dueMs <= deps.monotonicMs()) lookIn(looks.everyMs);
        });
    }, delayMs).unref();
  }

  const between = ([least, most]: readonly [number, number]): number => least + deps.random() * (most - least);

  return {
    start(identity) {
      stopping.abort();
      stopping = new AbortController();
      current = identity;
      lookIn(between(looks.firstMs));
    },
    metUnknownKey() {
      if (current === null || stopping.signal.aborted) return;
      const inMs = Math.max(between(looks.promptedMs), lookedMs + looks.pauseMs - deps.monotonicMs());
      if (deps.monotonicMs() + inMs < dueMs) lookIn(inMs);
    },
    stop() {
      clearTimeout(timer);
      stopping.abort();
      current = null;
    },
  };
}

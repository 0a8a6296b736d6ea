import { join, resolve } from 'node:path';
import type { Result } from '@concierge/kernel/result.ts';
import {
  announceNextKey,
  type ChangeFault,
  type KeyState,
  readKeyState,
  retireOtherKeys,
  useNextKey,
} from '#platform/keys/signing-key-change.ts';
import { readSettings } from './settings.ts';

// Changes the key that signs what kiosks show, without a visit to any of them (docs/runbooks/signing-key.md). It reads the cloud's own settings for the folder of the key ring.
// Exit code: 0 done · 64 the command is not described well · 65 what was asked is refused · 78 a setting is missing · 1 anything else.

const usage = `node cloud/server/change-signing-key.ts COMMAND
  status            the key in use, the next one, and whose signatures kiosks take
  announce          make the next key, and tell kiosks of it
  use [--at-once]   sign with the next key from now on; --at-once does not wait until kiosks have looked
  retire            take back every other key: what it signed is worth nothing any more
After announce, use and retire: bring the folder to every replica and restart them one after the other.`;

const complaints: Readonly<Record<ChangeFault, string>> = {
  'announced-before': 'The next key is announced already. Go on with "use".',
  'nothing-announced': 'No next key is announced. Begin with "announce".',
  'announced-lately':
    'The next key was announced less than two days ago, and kiosks look once a day. If the key in use is known to others, add --at-once.',
  'next-not-in-use': 'The next key is announced and not in use. Go on with "use" first, and retire afterwards.',
  'nothing-to-retire': 'Kiosks take the signatures of the key in use only. There is nothing to retire.',
  'chain-full': 'No more statements fit into the chain. Claim the kiosks anew, or ask for help.',
};

process.exitCode = await main(process.argv.slice(2));

async function main([command = '', ...options]: readonly string[]): Promise<number> {
  const atOnce = options.includes('--at-once');
  const isUsable = options.length === (atOnce ? 1 : 0) && (!atOnce || command === 'use');
  const step = isUsable ? stepNamed(command, atOnce) : null;
  if (step === null) {
    console.error(usage);
    return 64;
  }
  const read = readSettings(process.env);
  if (!read.ok) {
    console.error(`The key cannot be changed, because of these settings:\n${read.faults.map((fault) => `  ${fault}`).join('\n')}`);
    return 78;
  }
  try {
    const done = await step(resolve(read.settings.CONCIERGE_KEYS ?? join(read.settings.CONCIERGE_DATA, 'keys')));
    if (!done.ok) {
      console.error(complaints[done.error]);
      return 65;
    }
    for (const line of linesOf(done.value)) console.log(line);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function stepNamed(command: string, atOnce: boolean): ((folder: string) => Promise<Result<KeyState, ChangeFault>>) | null {
  if (command === 'status') return async (folder) => ({ ok: true, value: await readKeyState(folder) });
  if (command === 'announce') return (folder) => announceNextKey(folder, Date.now());
  if (command === 'use') return (folder) => useNextKey(folder, Date.now(), atOnce);
  return command === 'retire' ? (folder) => retireOtherKeys(folder, Date.now()) : null;
}

function linesOf({ inUse, next, chain }: KeyState): string[] {
  return [
    `in use: ${inUse.keyId}`,
    `next: ${next?.keyId ?? 'none'}`,
    `kiosks take the signatures of: ${chain.publicKeys.map(({ kid }) => kid).join(', ')} (version ${chain.version})`,
  ];
}

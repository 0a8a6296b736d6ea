import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { wireForm } from '../../shared/contract/wire-form.ts';
import { acceptWire, readAcceptedWire, WIRE_HASH_PATH, writeAcceptedWire } from './accept-wire.ts';
import { checkGenerated, writeGenerated } from './generated-files.ts';
import { generators } from './generators.ts';

// npm run gen                           writes every generated file that is not current
// npm run gen -- --check                only says which are not; exit code 1 when any
// npm run gen -- --accept-wire "why"    records the present wire form as the accepted one
const root = resolve(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false }, 'accept-wire': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [reason = '', ...surplus] = positionals;

// Some generators start a database. Leaving by way of `exit` takes it along; dying of the signal would not.
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(exitCode));

if (surplus.length > 0 || (reason !== '' && !values['accept-wire'])) {
  console.error('Usage: npm run gen [-- --check | --accept-wire "why it changed"]');
  process.exitCode = 2;
} else if (values['accept-wire']) await accept(reason);
else await generate(values.check);

async function generate(onlyCheck: boolean): Promise<void> {
  const files = await (onlyCheck ? checkGenerated(root, generators) : writeGenerated(root, generators));
  for (const { path, state, detail } of files) {
    if (state === 'failed') console.error(`failed   ${path}: ${detail}`);
    else if (state === 'stale') console.log(onlyCheck ? `stale    ${path}: ${detail}` : `written  ${path}`);
    else console.log(`current  ${path}`);
  }
  if (files.some(({ state }) => state === 'failed' || (onlyCheck && state === 'stale'))) {
    if (onlyCheck) console.error('Run: npm run gen, and commit what it writes.');
    process.exitCode = 1;
  }
}

async function accept(reason: string): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const accepted = acceptWire(await readAcceptedWire(root), await wireForm(), reason, today);
  if (!accepted.ok) {
    console.error(accepted.error);
    process.exitCode = 1;
    return;
  }
  await writeAcceptedWire(root, accepted.value);
  console.log(`Accepted wire version ${accepted.value.version} in ${WIRE_HASH_PATH}.`);
}

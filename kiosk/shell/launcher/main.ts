import { pathToFileURL } from 'node:url';
import { bootRelease } from '../../agent/release/boot-chooser.ts';

// Starts the agent: the newest good release, or the one that is to prove itself, or the program that came with the device. It comes with the device and is never
// replaced by a release (ADR 0015), so it knows little: no package, two variables, and the name of the variable by which the agent learns what was started.
// Whoever starts this starts it again whenever it ends. One start, one choice: the start of a release on trial is counted here, before anything of it is loaded.

const folder = process.env['CONCIERGE_RELEASE_DIR'] ?? '';
const builtInSequence = Number(process.env['CONCIERGE_BUILT_IN_SEQUENCE'] ?? '0');
if (!Number.isSafeInteger(builtInSequence) || builtInSequence < 0) {
  console.error('CONCIERGE_BUILT_IN_SEQUENCE must be a whole number');
  process.exit(2);
}
const chosen = folder === '' ? null : bootRelease(folder, builtInSequence);
if (folder === '') delete process.env['CONCIERGE_RELEASE_STARTED'];
else process.env['CONCIERGE_RELEASE_STARTED'] = JSON.stringify(chosen);

if (chosen === null) await import('../../agent/main.ts');
// What cannot be loaded ends this process: that was one of its starts.
else await import(pathToFileURL(chosen.program).href);

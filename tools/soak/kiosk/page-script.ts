import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { ClockFacts } from '../time/protocol.ts';

/** In the order in which they need each other. */
const files = [
  'time/faked-date.ts',
  'time/virtual-timers.ts',
  'page/page-clock.ts',
  'page/page-events.ts',
  'page/page-observer.ts',
  'page/page-main.ts',
];

/** One script out of the page's files, without types and imports, that runs before the page's own. */
export function pageScript(start: ClockFacts): string {
  const bodies = files.map((file) => {
    const text = readFileSync(join(import.meta.dirname, '..', file), 'utf8').replaceAll(/^import[\s\S]*?;$/gm, '');
    return stripTypeScriptTypes(text).replaceAll(/^export /gm, '');
  });
  return `(() => {\n${bodies.join('\n')}\ninstallSoak(${JSON.stringify(start)});\n})();`;
}

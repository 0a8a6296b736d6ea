import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** The half of zod that writes JSON Schemas. Only the cloud does that, for OpenAPI; a phone would download it for nothing. */
const FILES = /\/zod\/v4\/(?:core\/(?:json-schema-processors|to-json-schema)|classic\/from-json-schema)\.js$/;

/** Replaces zod's JSON Schema writers by functions that say so when somebody calls them. */
export function withoutJsonSchema(): Plugin {
  return {
    name: 'concierge-without-json-schema',
    apply: 'build',
    load: {
      filter: { id: FILES },
      handler(id) {
        const source = readFileSync(id, 'utf8');
        const names = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map((match) => match[1] ?? '');
        if (names.length === 0) throw new Error(`${id} exports nothing that is known: look whether zod has changed`);
        // zod makes some of them at start and keeps what they return, so the outer call must succeed; writing a schema does not.
        return `const absent = () => { throw new Error('JSON Schema is not part of the web bundle'); };\n${names.map((name) => `export const ${name} = () => absent;`).join('\n')}`;
      },
    },
  };
}

import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** The half of zod that writes JSON Schemas. Only the cloud does that, for OpenAPI; a phone would download it for nothing. */
const SCHEMA_WRITERS = /\/zod\/v4\/(?:core\/(?:json-schema-processors|to-json-schema)|classic\/from-json-schema)\.js$/;

/** zod's English sentences about what is wrong. The pages say it in their own words, from the code of an issue and never from its message. */
const SENTENCES = /\/zod\/v4\/locales\/en\.js$/;

/** Replaces what of zod the pages do not use: its JSON Schema writers, by functions that say so when somebody calls them, and its sentences, by none. */
export function withoutUnusedZod(): Plugin {
  return {
    name: 'concierge-without-unused-zod',
    apply: 'build',
    load: {
      filter: { id: [SCHEMA_WRITERS, SENTENCES] },
      handler(id) {
        const source = readFileSync(id, 'utf8');
        if (SENTENCES.test(id)) {
          if (!source.includes('localeError')) throw new Error(`${id} is no locale any more: look whether zod has changed`);
          return 'export default () => ({ localeError: () => undefined });';
        }
        const names = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map((match) => match[1] ?? '');
        if (names.length === 0) throw new Error(`${id} exports nothing that is known: look whether zod has changed`);
        // zod makes some of them at start and keeps what they return, so the outer call must succeed; writing a schema does not.
        return `const absent = () => { throw new Error('JSON Schema is not part of the web bundle'); };\n${names.map((name) => `export const ${name} = () => absent;`).join('\n')}`;
      },
    },
  };
}

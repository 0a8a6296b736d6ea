import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { arrows } from '../../.dependency-cruiser.mjs';
import type { Generator } from './generator.ts';

const modulesFolder = join(import.meta.dirname, '../../cloud/server/modules');

export const architectureDiagram: Generator = {
  path: 'docs/generated/architecture.md',
  from: '.dependency-cruiser.mjs',
  make: async () => `# Who may use whom

Drawn from the arrow table that the build enforces. An arrow reads "may import".

## Runtimes

\`\`\`mermaid
flowchart TD
${runtimeLines().join('\n')}
\`\`\`

${arrows.workplaces.map((name) => `\`${name}\``).join(', ')} work on all of these from outside, and none of them knows it. Between cloud, kiosk and provisioning there are only the wires: MQTT and HTTP.

| runtime | may use | because |
|---|---|---|
${Object.entries(arrows.runtimes)
  .map(([name, { mayUse, testsMayUse = [], because }]) => {
    const forTests = testsMayUse.map((other) => `${other} (its tests)`);
    return `| ${name} | ${[...mayUse, ...forTests].join(', ') || '–'} | ${because} |`;
  })
  .join('\n')}

## Modules of the cloud

What is drawn dashed is planned: its line in the table says where it will stand, and it has no folder yet.

\`\`\`mermaid
flowchart TD
${moduleLines(isThere).join('\n')}
\`\`\`

| module | may use | owns |
|---|---|---|
${Object.entries(arrows.cloudModules)
  .map(([name, { mayUse, owns }]) => `| ${name}${isThere(name) ? '' : ' (planned)'} | ${mayUse.join(', ') || '–'} | ${owns} |`)
  .join('\n')}
`,
};

function runtimeLines(): string[] {
  const drawn = Object.entries(arrows.runtimes).filter(([name]) => name !== 'shared/testing');
  return [
    ...drawn.map(([name]) => `  ${nodeOf(name)}["${name}"]`),
    ...drawn.flatMap(([name, { mayUse }]) =>
      // What the contract brings along need not be drawn again.
      mayUse
        .filter((other) => other !== 'shared/kernel' || !mayUse.includes('shared/contract'))
        .map((other) =>
          /\.[a-z]+$/.test(other)
            ? `  ${nodeOf(name)} -. ${fileOf(other)} .-> ${nodeOf(folderOf(other))}`
            : `  ${nodeOf(name)} --> ${nodeOf(other)}`,
        ),
    ),
  ];
}

/** The modules of the arrow table; dashed what is not there. */
export function moduleLines(isThere: (module: string) => boolean): string[] {
  const planned = Object.keys(arrows.cloudModules).filter((name) => !isThere(name));
  return [
    ...Object.entries(arrows.cloudModules).flatMap(([name, { mayUse }]) => [
      `  ${name}`,
      ...mayUse.map((other) => (isThere(name) && isThere(other) ? `  ${name} --> ${other}` : `  ${name} -.-> ${other}`)),
    ]),
    ...(planned.length === 0 ? [] : ['  classDef planned stroke-dasharray: 5 5', `  class ${planned.join(',')} planned`]),
  ];
}

function isThere(module: string): boolean {
  return existsSync(join(modulesFolder, module));
}

function nodeOf(path: string): string {
  return path.replaceAll('/', '_');
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

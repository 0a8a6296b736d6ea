import { arrows } from '../../.dependency-cruiser.mjs';
import type { Generator } from './generator.ts';

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
  .map(([name, { mayUse, because }]) => `| ${name} | ${mayUse.join(', ') || '–'} | ${because} |`)
  .join('\n')}

## Modules of the cloud

\`\`\`mermaid
flowchart TD
${moduleLines().join('\n')}
\`\`\`

| module | may use | owns |
|---|---|---|
${Object.entries(arrows.cloudModules)
  .map(([name, { mayUse, owns }]) => `| ${name} | ${mayUse.join(', ') || '–'} | ${owns} |`)
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

function moduleLines(): string[] {
  return Object.entries(arrows.cloudModules).flatMap(([name, { mayUse }]) => [
    `  ${name}`,
    ...mayUse.map((other) => `  ${name} --> ${other}`),
  ]);
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

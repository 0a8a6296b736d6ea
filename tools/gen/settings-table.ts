import type { z } from 'zod';
import { settingCatalogue } from '../../cloud/server/settings.ts';
import { ShellSettings } from '../../kiosk/shell/chromium/settings.ts';
import type { Generator } from './generator.ts';
import { chromiumShellWords, electronShellWords, kioskSettingCatalogue } from './kiosk-settings.ts';

const shellSchemas: Readonly<Record<string, z.ZodType>> = ShellSettings.shape;

export const settingsTable: Generator = {
  path: 'docs/generated/settings.md',
  from: 'cloud/server/settings.ts, kiosk/shell/chromium/settings.ts and tools/gen/kiosk-settings.ts',
  make: async () => `# Settings

All of them are environment variables. They are checked at the start: a bad value stops the program with its name and what is wrong with it, and an empty one counts as not set.

## Cloud

${table(Object.entries(settingCatalogue).map(([name, { schema, about, example }]) => ({ name, default: defaultOf(schema), about, example })))}

## Kiosk agent

${table(Object.entries(kioskSettingCatalogue).map(([name, setting]) => ({ name, ...setting })))}

## Chromium shell

${table(Object.entries(chromiumShellWords).map(([name, words]) => ({ name, default: defaultOf(shellSchemas[name]), ...words })))}

## Electron shell

The agent runs in it: its variables are the agent’s, and besides them:

${table(Object.entries(electronShellWords).map(([name, words]) => ({ name, default: null, ...words })))}

What \`docker-compose.yml\` and the Kubernetes example need besides these is in [deploy/README.md](../../deploy/README.md).
`,
};

interface Row {
  readonly name: string;
  readonly default: string | null;
  readonly about: string;
  readonly example: string;
}

function table(rows: readonly Row[]): string {
  return [
    '| name | when not set | meaning | example |',
    '|---|---|---|---|',
    ...rows.map(
      (row) => `| \`${row.name}\` | ${row.default === null ? '–' : cell(row.default)} | ${cell(row.about)} | \`${row.example}\` |`,
    ),
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** As one would write it into the environment; null when being without is a state of its own. */
function defaultOf(schema: z.ZodType | undefined): string | null {
  const unset = schema?.safeParse(undefined);
  return unset?.success === true && unset.data !== undefined ? `\`${asWritten(unset.data)}\`` : null;
}

/** A setting's value as the text that stands for it in the environment. */
export function asWritten(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new TypeError('a setting is a text, a number or a flag');
}

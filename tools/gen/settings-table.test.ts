import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings, settingCatalogue } from '../../cloud/server/settings.ts';
import { readSettings as readKioskSettings } from '../../kiosk/agent/settings.ts';
import { ShellSettings } from '../../kiosk/shell/chromium/settings.ts';
import { chromiumShellWords, kioskSettingCatalogue } from './kiosk-settings.ts';
import { asWritten, settingsTable } from './settings-table.ts';

const sourceOf = (path: string) => readFile(join(import.meta.dirname, '../..', path), 'utf8');
const examplesOf = (catalogue: Readonly<Record<string, { readonly example: string }>>) =>
  Object.fromEntries(Object.entries(catalogue).map(([name, { example }]) => [name, example]));

describe('the table of settings', () => {
  it('names every setting with its default', async () => {
    const text = await settingsTable.make();
    for (const name of [...Object.keys(settingCatalogue), ...Object.keys(kioskSettingCatalogue)]) expect(text).toContain(`| \`${name}\` |`);
    expect(text).toContain('| `PORT` | `8080` |');
    expect(text).toContain('| `TRUST_PROXY` | `0` |');
    expect(text).toContain('| `PUBLIC_URL` | – |');
  });

  it('names what the shells read, by the schema and by the source', async () => {
    const text = await settingsTable.make();
    const [, chromium = '', electron = ''] = /## Chromium shell\n([^]*)## Electron shell\n([^]*)/.exec(text) ?? [];
    const namesIn = (table: string) => [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name).sort();
    expect(namesIn(chromium)).toEqual(
      Object.keys(ShellSettings.shape)
        .filter((name) => name !== 'PATH')
        .sort(),
    );
    expect(chromium).toContain('| `CONCIERGE_AGENT` | `elsewhere` |');
    expect(chromium).toContain('| `CONCIERGE_SHELL_DATA` | – |');
    expect(ShellSettings.safeParse(examplesOf(chromiumShellWords))).toMatchObject({ success: true });
    const read = [...(await sourceOf('kiosk/shell/electron/main.ts')).matchAll(/process\.env\['(CONCIERGE_\w+)'\]/g)].map(
      ([, name = '']) => name,
    );
    expect(namesIn(electron)).toEqual(read.sort());
  });

  it('gives examples that are accepted together', () => {
    expect(readSettings(examplesOf(settingCatalogue))).toMatchObject({ ok: true });
    expect(readKioskSettings(examplesOf(kioskSettingCatalogue))).toMatchObject({ ok: true });
  });

  it('knows the same variables as the kiosk agent, with the same defaults', async () => {
    const read = new Set((await sourceOf('kiosk/agent/settings.ts')).match(/\bCONCIERGE_[A-Z_]+\b/g));
    expect([...read].sort()).toEqual(Object.keys(kioskSettingCatalogue).sort());
    const minimal = readKioskSettings({ CONCIERGE_KIOSK_DATA: 'kiosk' });
    if (!minimal.ok) throw new Error(minimal.error.join('\n'));
    for (const [name, setting] of Object.entries(kioskSettingCatalogue)) {
      // These are paths of the machine, which no table can name.
      if (['CONCIERGE_KIOSK_DATA', 'CONCIERGE_RENDERER_DIR'].includes(name)) continue;
      const value: unknown = Reflect.get(minimal.value, name);
      expect(value === undefined ? null : asWritten(value), name).toBe(setting.default);
    }
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { announceNextKey, retireOtherKeys, useNextKey } from '@concierge/cloud-server/platform/keys/signing-key-change.ts';
import { SIGNING_KEY_FILE, signingKeyOf } from '@concierge/cloud-server/platform/keys/signing-keys.ts';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { namedSigner } from '@concierge/contract/signed-claims.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

// The steps of docs/runbooks/signing-key.md with a real cloud, its broker and two kiosks: one that hears of each step, and one that was switched off through all of them.
const looks = { firstMs: [20, 20], everyMs: 86_400_000, promptedMs: [20, 20], pauseMs: 50 } as const;

describe('a change of the signing key', { timeout: 60_000 }, () => {
  let running: RunningCloud;
  let tenant: PlantedTenant;
  let office: TestBrowser;
  let lobby: TestKiosk;
  let away: TestKiosk;
  let firstKey: string;
  let keys: string;

  beforeAll(async () => {
    running = await runCloud();
    keys = join(running.dataFolder, 'keys');
    tenant = await plantTenant(running.owner, 'ours');
    office = new TestBrowser(running.cloud.url);
    await office.logIn(tenant.manager);
    lobby = await startKiosk(running, tenant, undefined, { keyLooks: looks });
    away = await startKiosk(running, tenant, undefined, { keyLooks: looks });
    for (const kiosk of [lobby, away]) await kiosk.until('the building is shown', showsAll);
    firstKey = (await keyInUse()).keyId;
    await away.stop();
  });
  afterAll(async () => {
    await forgetKiosk(lobby);
    await forgetKiosk(away);
    await running.stop();
  });

  const showsAll = (state: ReturnType<TestKiosk['state']>) => state.phase === 'running' && state.link === 'online' && state.qr !== null;
  const keyInUse = async () => signingKeyOf(SIGNING_KEY_FILE, await readFile(join(keys, SIGNING_KEY_FILE), 'utf8'));
  const trustedOf = async (kiosk: TestKiosk) =>
    JSON.parse(await readFile(join(kiosk.dataFolder, 'data', 'identity', 'claim.json'), 'utf8')).signingKeysVersion ?? 1;

  async function restart(): Promise<void> {
    await running.goDown();
    await running.comeBack();
  }

  async function announce(title: string): Promise<void> {
    const body = { buildingId: tenant.buildingId, category: 'safety', title: { el: title, en: null } };
    expect((await office.request('POST', '/api/announcements', body)).status).toBe(201);
    await lobby.until(`${title} is shown`, shows(title));
  }
  const shows = (title: string) => (state: ReturnType<TestKiosk['state']>) =>
    state.document?.announcements.some((one) => one.title.el === title) ?? false;

  /** How many batches of codes the first key signed: one for each screen, until another key signs them anew. */
  async function byFirstKey(): Promise<number> {
    const { rows } = await running.owner.query<{ jws: string }>('select jws from qr_batch');
    return rows.filter(({ jws }) => namedSigner(jws) === firstKey).length;
  }

  it('is announced, and nothing on the screen changes', async () => {
    const before = lobby.state().document;
    expect((await announceNextKey(keys, Date.now())).ok).toBe(true);
    await restart();
    await lobby.stop();
    lobby = await startKiosk(running, tenant, lobby.dataFolder, { keyLooks: looks });
    await expect.poll(() => trustedOf(lobby)).toBe(2);
    await lobby.until('it is online again', showsAll);
    expect(lobby.state().document).toEqual(before);
    await announce('Με το παλιό κλειδί');
  });

  it('is used, and what is said from then on is shown', async () => {
    expect((await useNextKey(keys, Date.now(), true)).ok).toBe(true);
    expect((await keyInUse()).keyId).not.toBe(firstKey);
    await restart();
    await lobby.until('it is online again', showsAll);
    await announce('Με το νέο κλειδί');
    const { rows } = await running.owner.query<{ jws: string }>('select jws from lobby_document');
    expect(rows.map(({ jws }) => namedSigner(jws))).toEqual([(await keyInUse()).keyId]);
  });

  it('retires the key before: everything that screens hold is signed anew, and none of it leaves the screen meanwhile', async () => {
    expect(await byFirstKey()).toBe(2);
    expect((await retireOtherKeys(keys, Date.now())).ok).toBe(true);
    await restart();
    await lobby.stop();
    lobby = await startKiosk(running, tenant, lobby.dataFolder, { keyLooks: looks });
    expect(shows('Με το νέο κλειδί')(lobby.state())).toBe(true);
    await expect.poll(() => trustedOf(lobby)).toBe(3);
    await lobby.until('it is online again', showsAll);
    // The batch of the screen that is switched off waits until it is back.
    await expect.poll(byFirstKey, { timeout: 15_000 }).toBe(1);
    await announce('Μετά την απόσυρση');
  });

  it('is followed by a screen that slept through all of it', async () => {
    away = await startKiosk(running, tenant, away.dataFolder, { keyLooks: looks });
    expect(away.state().document).not.toBeNull();
    await away.until('it shows the newest', shows('Μετά την απόσυρση'));
    await away.until('it has codes again', showsAll);
    expect(await trustedOf(away)).toBe(3);
    await expect.poll(byFirstKey, { timeout: 15_000 }).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let tenant: PlantedTenant;
let browser: TestBrowser;

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  browser = new TestBrowser(running.cloud.url);
  await browser.logIn(tenant.manager);
});
afterAll(async () => running.stop());

const post = (title: string, key: string) =>
  browser.request(
    'POST',
    '/api/announcements',
    { buildingId: tenant.buildingId, category: 'general', title: { el: title, en: null } },
    { 'idempotency-key': key },
  );
const countOf = async (title: string) => (await running.owner.query('select from announcement where title_el = $1', [title])).rowCount;

describe('an idempotency key', () => {
  it('runs a change once and repeats its answer', async () => {
    const first = await post('μία φορά', 'key-0001');
    const second = await post('μία φορά', 'key-0001');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).toEqual(first.json);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await countOf('μία φορά')).toBe(1);
  });

  it('refuses another body under the same key', async () => {
    await post('πρώτο', 'key-0002');
    const other = await post('δεύτερο', 'key-0002');
    expect([other.status, field(other.json, 'code')]).toEqual([422, 'idempotency-key-reused']);
    expect(await countOf('δεύτερο')).toBe(0);
  });

  it('lets only one of many at once through', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => post('ταυτόχρονα', 'key-0003')));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(
      new Set(replies.some((reply) => reply.status === 409) ? [201, 409] : [201]),
    );
    expect(await countOf('ταυτόχρονα')).toBe(1);
  });

  it('leaves a refused change free to be sent again', async () => {
    const bad = await browser.request(
      'POST',
      '/api/announcements',
      { buildingId: crypto.randomUUID(), category: 'general', title: { el: 'α', en: null } },
      { 'idempotency-key': 'key-0004' },
    );
    expect(bad.status).toBe(404);
    expect((await post('μετά', 'key-0004')).status).toBe(201);
  });

  it('lets a use case read back what it has just written', async () => {
    const body = {
      name: { el: 'Νέα', en: null },
      addressLine: { el: 'Οδός 1', en: null },
      city: { el: 'Αθήνα', en: null },
      postalCode: '11111',
    };
    const reply = await browser.request('POST', '/api/buildings', body, { 'idempotency-key': 'key-0005' });
    expect(reply.status, reply.text).toBe(201);
    const apartment = { label: 'Α1', floor: 1, position: 1 };
    const added = await browser.request('POST', `/api/buildings/${field(reply.json, 'id')}/apartments`, apartment, {
      'idempotency-key': 'key-0006',
    });
    expect(added.status, added.text).toBe(201);
  });

  it('must look like one', async () => {
    expect((await post('κακό', 'short')).status).toBe(400);
  });

  it('belongs to one person', async () => {
    const other = await plantTenant(running.owner, 'theirs');
    const stranger = new TestBrowser(running.cloud.url);
    await stranger.logIn(other.manager);
    const reply = await stranger.request(
      'POST',
      '/api/announcements',
      { buildingId: other.buildingId, category: 'general', title: { el: 'άλλος', en: null } },
      { 'idempotency-key': 'key-0001' },
    );
    expect(reply.status).toBe(201);
    expect(reply.text).not.toContain('μία φορά');
  });
});

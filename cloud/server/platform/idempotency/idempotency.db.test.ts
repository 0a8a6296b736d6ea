import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';
import { RECORDS_KEPT } from './idempotency.ts';

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

  it('covers changes that answer with nothing, and answers only what has committed', async () => {
    const label = 'ΔΙΑ';
    const made = await browser.request('POST', `/api/buildings/${tenant.buildingId}/apartments`, { label, floor: 1, position: 9 });
    const path = `/api/apartments/${field(made.json, 'id')}`;
    // The record cannot be written, so nothing may have happened, and nobody may be told that it has.
    await running.owner.query(
      "alter table idempotency_record add constraint full_disk check (created_at < now() - interval '1 day') not valid",
    );
    const failed = await browser.request('DELETE', path, undefined, { 'idempotency-key': 'key-0007' });
    await running.owner.query('alter table idempotency_record drop constraint full_disk');
    expect([failed.status, (await running.owner.query('select from apartment where label = $1', [label])).rowCount]).toEqual([500, 1]);
    const done = await browser.request('DELETE', path, undefined, { 'idempotency-key': 'key-0007' });
    const again = await browser.request('DELETE', path, undefined, { 'idempotency-key': 'key-0007' });
    expect([done.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([204, 204, 'true']);
    expect((await browser.request('DELETE', path, undefined, { 'idempotency-key': 'key-0008' })).status).toBe(404);
  });

  it('is forgotten after a week, so that records do not gather for ever', async () => {
    await post('παλιό', 'key-0009');
    await running.owner.query("update idempotency_record set created_at = now() - interval '8 days' where key = 'key-0009'");
    expect((await post('άλλο', 'key-0010')).status).toBe(201);
    expect((await running.owner.query("select from idempotency_record where key = 'key-0009'")).rowCount).toBe(0);
  });

  it('is kept only with the newest of its person, however fast they come', async () => {
    const mine = [tenant.tenantId, tenant.manager.id] as const;
    await post('η πρώτη', 'key-0020');
    await running.owner.query("update idempotency_record set created_at = now() - interval '1 hour' where key = 'key-0020'");
    await running.owner.query(
      `insert into idempotency_record (tenant_id, user_id, key, request_hash, status, reply, created_at)
       select $1, $2, 'filler-' || n, '\\x00', 201, '{}', now() - make_interval(secs => n) from generate_series(1, $3) n`,
      [...mine, RECORDS_KEPT],
    );
    expect((await post('η επόμενη', 'key-0021')).status).toBe(201);
    const left = await running.owner.query('select key from idempotency_record where tenant_id = $1 and user_id = $2', [...mine]);
    expect(left.rowCount).toBe(RECORDS_KEPT);
    const keys = left.rows.map((row: { key: string }) => row.key);
    expect(keys).toContain('key-0021');
    expect(keys).toContain('filler-1');
    expect(keys).not.toContain('key-0020');
  });

  it('keeps only the last few large answers of a person, and of older ones that they are done', async () => {
    const large = Array.from({ length: 300 }, () => crypto.randomUUID()).join(' ');
    await post('μεγάλη', 'key-0030');
    const enlarge = 'update idempotency_record set reply = $2, created_at = now() - make_interval(mins => $3) where key = $1';
    await running.owner.query(enlarge, ['key-0030', JSON.stringify(large), 4]);
    for (const [index, key] of ['key-0031', 'key-0032', 'key-0033'].entries()) {
      await post('μεγάλη', key);
      await running.owner.query(enlarge, [key, JSON.stringify(large), 3 - index]);
    }
    await post('μικρή', 'key-0034');
    const { rows } = await running.owner.query(
      "select key, reply is null as forgotten from idempotency_record where key between 'key-0030' and 'key-0034' order by key",
    );
    expect(rows.map((row: { forgotten: boolean }) => row.forgotten)).toEqual([true, true, false, false, false]);
    const repeated = await post('μεγάλη', 'key-0030');
    expect([repeated.status, field(repeated.json, 'code')]).toEqual([409, 'done-already']);
    expect(await countOf('μεγάλη')).toBe(4);
    expect((await post('άλλη', 'key-0030')).status).toBe(422);
  });

  it('is not shared with a colleague of the same office', async () => {
    const staff = crypto.randomUUID();
    await running.owner.query(
      `insert into user_account (tenant_id, id, email, full_name, password_hash, office_role)
       select tenant_id, $1, 'staff@example.test', 'Staff', password_hash, 'office_staff' from user_account where id = $2`,
      [staff, tenant.manager.id],
    );
    const colleague = new TestBrowser(running.cloud.url);
    await colleague.logIn({ email: 'staff@example.test', password: tenant.manager.password });
    await post('δικό μου', 'key-0011');
    const reply = await colleague.request(
      'POST',
      '/api/announcements',
      { buildingId: tenant.buildingId, category: 'general', title: { el: 'δικό του', en: null } },
      { 'idempotency-key': 'key-0011' },
    );
    expect([reply.status, reply.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(reply.text).toContain('δικό του');
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

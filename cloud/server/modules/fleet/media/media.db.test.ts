import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { Media, MediaList, mediaAuthorization, mediaRequestText } from '@concierge/contract/http/media.ts';
import { MOST_MEDIA } from '@concierge/contract/media.ts';
import { problemTexts } from '@concierge/i18n/problems.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, type Reply, TestBrowser } from '../../../testing/running-cloud.ts';
import { runTwoOffices, type TwoOffices } from '../../../testing/two-offices.ts';
import { anMp4 } from './testing/films.ts';
import { aJpeg, aPng } from './testing/pictures.ts';

let running: TwoOffices['running'];
let ours: TwoOffices['ours'];
let theirs: TwoOffices['theirs'];
let manager: TwoOffices['manager'];
let stranger: TwoOffices['stranger'];

beforeAll(async () => {
  ({ running, ours, theirs, manager, stranger } = await runTwoOffices({ MEDIA_QUOTA_MB: '4' }));
  await running.owner.query('delete from media');
});
afterAll(async () => running.stop());

const path = '/api/kiosk/media';
async function upload(bytes: Buffer, name = 'Είσοδος.png', who = manager): Promise<Reply> {
  return who.upload(`${path}?name=${encodeURIComponent(name)}`, bytes);
}
async function uploaded(bytes: Buffer, who = manager): Promise<Media> {
  const reply = await upload(bytes, 'Είσοδος.png', who);
  expect(reply.status, reply.text).toBe(201);
  return Media.parse(reply.json);
}
const listOf = async (who: TestBrowser) => MediaList.parse((await who.request('GET', path)).json);
const filesOf = async (tenantId: string) =>
  (await readdir(join(running.dataFolder, 'media', tenantId), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.parentPath.slice(-2) + entry.name);

describe('the media library', () => {
  it('keeps a file under the hash of what is left of it, once, however often and by however many it is sent', async () => {
    const replies = await Promise.all(Array.from({ length: 4 }, async () => uploaded(aPng({ width: 3, height: 2, extra: ['tEXt'] }))));
    const clean = aPng({ width: 3, height: 2 });
    const sha256 = createHash('sha256').update(clean).digest('hex');
    for (const media of replies)
      expect(media).toMatchObject({ sha256, type: 'image/png', bytes: clean.length, width: 3, height: 2, name: 'Είσοδος.png' });
    const { items, usedBytes, quotaBytes } = await listOf(manager);
    expect(items).toHaveLength(1);
    expect([usedBytes, quotaBytes]).toEqual([clean.length, 4 * 1_048_576]);
    expect(await filesOf(ours.tenantId)).toEqual([sha256]);
    expect(await readFile(join(running.dataFolder, 'media', ours.tenantId, sha256.slice(0, 2), sha256.slice(2)))).toEqual(clean);
  });

  it('shows the office its picture with ranges, and another office neither the list nor the file', async () => {
    const media = await uploaded(aJpeg({ width: 40, height: 30 }));
    const whole = await manager.bytes(`${path}/${media.sha256}/picture`);
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('x-content-type-options')]).toEqual([
      200,
      'image/jpeg',
      'nosniff',
    ]);
    expect(createHash('sha256').update(whole.body).digest('hex')).toBe(media.sha256);
    const part = await manager.bytes(`${path}/${media.sha256}/picture`, { range: 'bytes=10-' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-${media.bytes - 1}/${media.bytes}`]);
    expect(part.body).toEqual(whole.body.subarray(10));
    expect((await manager.bytes(`${path}/${media.sha256}/picture`, { range: `bytes=${media.bytes}-` })).status).toBe(416);
    const etag = whole.headers.get('etag') ?? '';
    expect((await manager.bytes(`${path}/${media.sha256}/picture`, { 'if-none-match': etag })).status).toBe(304);
    expect((await stranger.request('GET', `${path}/${media.sha256}/picture`)).status).toBe(404);
    expect((await stranger.request('DELETE', `${path}/${media.sha256}`)).status).toBe(404);
    expect((await listOf(stranger)).items).toEqual([]);
    // The same bytes of another office are a file of its own.
    await uploaded(aJpeg({ width: 40, height: 30 }), stranger);
    expect((await listOf(stranger)).items).toHaveLength(1);
    expect(await filesOf(theirs.tenantId)).toEqual([media.sha256]);
  });

  it.each<[string, () => Buffer, number, string]>([
    ['a text', () => Buffer.from('just words'), 415, 'media-unknown-type'],
    ['nothing', () => Buffer.alloc(0), 415, 'media-unknown-type'],
    ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 415, 'media-unknown-type'],
    ['a GIF', () => Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'), 415, 'media-unknown-type'],
    [
      'a page with the beginning of a picture',
      () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('<html>')]),
      422,
      'media-broken',
    ],
    ['half a picture', () => aPng({ width: 30, height: 30 }).subarray(0, 60), 422, 'media-broken'],
    ['a huge one', () => aPng({ width: 9_000, height: 10, empty: true }), 413, 'media-too-large'],
    ['too many pixels', () => aPng({ width: 8_000, height: 8_000, empty: true }), 413, 'media-too-large'],
    ['too many bytes', () => Buffer.concat([aPng({}).subarray(0, 8), randomBytes(8 * 1_048_576)]), 413, 'media-too-large'],
  ])('refuses %s', async (_what, bytes, status, code) => {
    const before = await listOf(manager);
    const reply = await upload(bytes());
    expect([reply.status, field(reply.json, 'code')], reply.text).toEqual([status, code]);
    expect(await listOf(manager)).toEqual(before);
  });

  it('takes no file from whoever is not signed in, brings no token, or may not arrange', async () => {
    const nobody = await fetch(new URL(`${path}?name=a`, running.cloud.url), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(aPng({})),
    });
    expect([401, 403]).toContain(nobody.status);
    const resident = new TestBrowser(running.cloud.url);
    await resident.logIn(ours.resident);
    expect((await upload(aPng({}), 'a', resident)).status).toBe(403);
    expect((await resident.request('GET', path)).status).toBe(403);
  });

  it('is full at its number of files too, and says so: there may be room enough', async () => {
    const before = await listOf(manager);
    await running.owner.query(
      `insert into media (tenant_id, id, sha256, type, bytes, width, height, name, uploaded_by, uploaded_at)
       select $1, gen_random_uuid(), encode(sha256(number::text::bytea), 'hex'), 'image/png', 1, 1, 1, 'many', $2, now()
       from generate_series(1, $3) as number`,
      [ours.tenantId, ours.manager.id, MOST_MEDIA - before.items.length],
    );
    const reply = await upload(aPng({ width: 33, height: 44 }));
    expect([reply.status, field(reply.json, 'code')]).toEqual([409, 'media-count']);
    expect((await listOf(manager)).usedBytes).toBeLessThan(before.quotaBytes / 2);
    // What is there already is no file more.
    await uploaded(aPng({ width: 3, height: 2 }));
    for (const words of Object.values(problemTexts['media-count'])) expect(words).toContain(String(MOST_MEDIA));
    await running.owner.query(`delete from media where name = 'many'`);
  });

  it('is full at its quota, also for many who come at once', async () => {
    const picture = () => aPng({ width: 1_500, height: 1_000, noise: true });
    const replies = await Promise.all(Array.from({ length: 4 }, async () => upload(picture())));
    const statuses = replies.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([201, 409]));
    expect(field(replies.find(({ status }) => status === 409)?.json, 'code')).toBe('media-quota');
    const { items, usedBytes, quotaBytes } = await listOf(manager);
    expect(usedBytes).toBeLessThanOrEqual(quotaBytes);
    // What was refused left nothing on the disk.
    expect((await filesOf(ours.tenantId)).toSorted()).toEqual(items.map(({ sha256 }) => sha256).toSorted());
    for (const { sha256, width } of items)
      if (width === 1_500) expect((await manager.request('DELETE', `${path}/${sha256}`)).status).toBe(204);
    await expect.poll(async () => (await filesOf(ours.tenantId)).length, { timeout: 10_000 }).toBe((await listOf(manager)).items.length);
  });
});

describe('a file in a scene', () => {
  const draftWith = (media: object) => ({
    scenes: [
      {
        id: randomUUID(),
        name: { el: 'Εικόνα', en: null },
        view: {
          kind: 'layout',
          portrait: [
            { id: randomUUID(), widget: 'image', column: 0, row: 0, columns: 6, rows: 4, settings: { media, alt: null, fit: 'cover' } },
          ],
          landscape: [],
        },
        durationSeconds: null,
        priority: 'normal',
        schedule: null,
        mostDataAgeHours: null,
      },
    ],
    fallbackSceneId: null,
  });
  const configs = '/api/kiosk/display-configs';
  const refOf = ({ sha256, type, bytes }: Media) => ({ sha256, type, bytes });

  it('must be one of the library, of this type and size', async () => {
    const mine = refOf(await uploaded(aPng({ width: 7, height: 7 })));
    const foreign = refOf(await uploaded(aPng({ width: 9, height: 9 }), stranger));
    for (const media of [
      foreign,
      { ...mine, sha256: 'ab'.repeat(32) },
      { ...mine, type: 'image/jpeg' },
      { ...mine, bytes: mine.bytes + 1 },
    ]) {
      const reply = await manager.request('POST', configs, { name: 'Α', buildingId: null, draft: draftWith(media) });
      expect(reply.status, reply.text).toBe(400);
      expect(reply.text).toContain('/draft/scenes/0/view/portrait/0/settings/media');
    }
    expect(
      (await manager.request('POST', configs, { name: 'Α', buildingId: null, draft: draftWith({ ...mine, url: 'https://example.org' }) }))
        .status,
    ).toBe(400);
  });

  it('stays while a draft or what is published names it, and the refusal says where', async () => {
    const media = await uploaded(aPng({ width: 11, height: 11 }));
    const other = await uploaded(aPng({ width: 12, height: 12 }));
    const remove = async () => manager.request('DELETE', `${path}/${media.sha256}`);
    let config = DisplayConfig.parse(
      (await manager.request('POST', configs, { name: 'Είσοδος', buildingId: null, draft: draftWith(refOf(media)) })).json,
    );
    const inDraft = await remove();
    expect([inDraft.status, field(inDraft.json, 'code'), field(inDraft.json, 'detail')]).toEqual([409, 'media-in-use', '«Είσοδος»']);
    config = DisplayConfig.parse((await manager.request('POST', `${configs}/${config.id}/publish`, { version: config.version })).json);
    config = DisplayConfig.parse(
      (await manager.request('PATCH', `${configs}/${config.id}`, { draft: draftWith(refOf(other)), version: config.version })).json,
    );
    expect((await remove()).status).toBe(409);
    config = DisplayConfig.parse((await manager.request('POST', `${configs}/${config.id}/publish`, { version: config.version })).json);
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    // An older revision may be looked at again, but not published without its picture.
    config = DisplayConfig.parse(
      (await manager.request('POST', `${configs}/${config.id}/revert`, { revision: 1, version: config.version })).json,
    );
    expect((await manager.request('POST', `${configs}/${config.id}/publish`, { version: config.version })).status).toBe(400);
  });

  it('is in the draft or is deleted, whichever comes first, and never both', async () => {
    for (let round = 0; round < 6; round += 1) {
      const media = await uploaded(aPng({ width: 20 + round, height: 5 }));
      const [created, removed] = await Promise.all([
        manager.request('POST', configs, { name: 'Α', buildingId: null, draft: draftWith(refOf(media)) }),
        manager.request('DELETE', `${path}/${media.sha256}`),
      ]);
      expect([[201, 409].join(), [400, 204].join()]).toContain([created.status, removed.status].join());
    }
  });
});

describe('a device', () => {
  let key: KeyObject;
  let publicKey: string;
  let media: Media;
  beforeAll(async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    key = pair.privateKey;
    const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
    publicKey = spki.toString('base64url');
    await running.owner.query('update device set key_thumbprint = $2 where id = $1', [
      ours.deviceId,
      createHash('sha256').update(spki).digest(),
    ]);
    media = await uploaded(aJpeg({ width: 64, height: 48, noise: true }));
  });

  const proof = (parts: Partial<{ deviceId: string; sha256: string; key: KeyObject; publicKey: string }> = {}) => {
    const deviceId = parts.deviceId ?? ours.deviceId;
    const signature = sign('sha256', Buffer.from(mediaRequestText(deviceId, parts.sha256 ?? media.sha256)), {
      key: parts.key ?? key,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64url');
    return mediaAuthorization({ deviceId, publicKey: parts.publicKey ?? publicKey, signature });
  };
  const ask = async (authorization: string | null, sha256 = media.sha256, more: Record<string, string> = {}) => {
    const reply = await fetch(new URL(`${path}/${sha256}`, running.cloud.url), {
      headers: { ...(authorization === null ? {} : { authorization }), ...more },
    });
    return { status: reply.status, headers: reply.headers, body: Buffer.from(await reply.arrayBuffer()) };
  };

  it('that signs is given its office’s file, in parts too, and nobody in between keeps it', async () => {
    const whole = await ask(proof());
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('cache-control')]).toEqual([
      200,
      'image/jpeg',
      'private, no-store',
    ]);
    expect(createHash('sha256').update(whole.body).digest('hex')).toBe(media.sha256);
    const part = await ask(proof(), media.sha256, { range: 'bytes=100-' });
    expect([part.status, part.body.equals(whole.body.subarray(100))]).toEqual([206, true]);
  });

  it('is refused alike without a signature, with another’s, for another file, or as another device', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const otherPublic = other.publicKey.export({ type: 'spki', format: 'der' }).toString('base64url');
    const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const attempts = [
      null,
      'Bearer x',
      proof().slice(0, -3),
      proof({ sha256: 'cd'.repeat(32) }),
      proof({ key: other.privateKey }),
      proof({ key: other.privateKey, publicKey: otherPublic }),
      proof({ key: curve.privateKey, publicKey: curve.publicKey.export({ type: 'spki', format: 'der' }).toString('base64url') }),
      proof({ deviceId: randomUUID() }),
      proof({ deviceId: theirs.deviceId }),
      proof({ publicKey: Buffer.from('no key of any kind').toString('base64url').repeat(5) }),
    ];
    for (const attempt of attempts) expect((await ask(attempt)).status, String(attempt)).toBe(403);
    // The office's cookie is no device's proof, and a device's proof opens no office page.
    expect((await manager.request('GET', `${path}/${media.sha256}`)).status).toBe(403);
    expect(
      (await fetch(new URL(`${path}/${media.sha256}/picture`, running.cloud.url), { headers: { authorization: proof() } })).status,
    ).toBe(401);
  });

  it('learns nothing of another office’s files, and is shut out when it is revoked', async () => {
    const foreign = await uploaded(aPng({ width: 31, height: 17 }), stranger);
    expect((await ask(proof({ sha256: foreign.sha256 }), foreign.sha256)).status).toBe(404);
    await running.owner.query('update device set revoked_at = now() where id = $1', [ours.deviceId]);
    expect((await ask(proof())).status).toBe(403);
    await running.owner.query('update device set revoked_at = null where id = $1', [ours.deviceId]);
  });

  it('is not sent a file that the disk cut or lost; sending it again mends it', async () => {
    const place = join(running.dataFolder, 'media', ours.tenantId, media.sha256.slice(0, 2), media.sha256.slice(2));
    const whole = await readFile(place);
    await writeFile(place, whole.subarray(0, 20));
    expect((await ask(proof())).status).toBe(503);
    await rm(place);
    expect((await ask(proof())).status).toBe(503);
    await uploaded(whole);
    expect((await ask(proof())).body.equals(whole)).toBe(true);
  });

  it.each([
    ['a picture', () => aPng({ width: 61, height: 43 })],
    ['a film', () => anMp4({ width: 96, height: 80 })],
  ])('whose disk turned a bit of %s, at the same length, is helped when it is sent again', async (_what, bytes) => {
    const { sha256 } = await uploaded(bytes());
    const place = join(running.dataFolder, 'media', ours.tenantId, sha256.slice(0, 2), sha256.slice(2));
    const whole = await readFile(place);
    const turned = Buffer.from(whole);
    turned[turned.length >> 1] = (turned[turned.length >> 1] ?? 0) ^ 1;
    await writeFile(place, turned);
    await uploaded(bytes());
    expect((await ask(proof({ sha256 }), sha256)).body.equals(whole)).toBe(true);
    expect(await readdir(join(running.dataFolder, 'media', 'arriving')).catch(() => [])).toEqual([]);
    await manager.request('DELETE', `${path}/${sha256}`);
  });

  it('that cannot be stored is not in the list either', async () => {
    const before = await listOf(manager);
    const picture = aPng({ width: 77, height: 3 });
    const sha256 = createHash('sha256').update(picture).digest('hex');
    // A folder in the file's place: the rename fails.
    await mkdir(join(running.dataFolder, 'media', ours.tenantId, sha256.slice(0, 2), sha256.slice(2), 'x'), { recursive: true });
    expect((await upload(picture)).status).toBe(500);
    expect(await listOf(manager)).toEqual(before);
  });
});

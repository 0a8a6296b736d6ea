import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Media, MediaList } from '@concierge/contract/http/media.ts';
import { MOST_FILM_BYTES } from '@concierge/contract/media.ts';
import { type ProblemCode, problemTexts } from '@concierge/i18n/problems.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, type Reply, TestBrowser } from '../../../testing/running-cloud.ts';
import { runTwoOffices, type TwoOffices } from '../../../testing/two-offices.ts';
import { CutOff } from './arrivals.ts';
import { box } from './films/boxes.ts';
import { element } from './films/ebml.ts';
import { piecesOf } from './sent-file.ts';
import { aConfiguration, anMp4, aVp8Frame, aWebm, madeUpFrames, SECRET } from './testing/films.ts';
import { aPng } from './testing/pictures.ts';

let running: TwoOffices['running'];
let ours: TwoOffices['ours'];
let manager: TwoOffices['manager'];
let stranger: TwoOffices['stranger'];

beforeAll(async () => {
  ({ running, ours, manager, stranger } = await runTwoOffices({ MEDIA_QUOTA_MB: '4' }));
  await running.owner.query('delete from media');
});
afterAll(async () => running.stop());

const path = '/api/kiosk/media';
const upload = async (bytes: Buffer, who = manager): Promise<Reply> =>
  who.upload(`${path}?name=${encodeURIComponent('Γιορτή.mp4')}`, bytes);
async function uploaded(bytes: Buffer, who = manager): Promise<Media> {
  const reply = await upload(bytes, who);
  expect(reply.status, reply.text).toBe(201);
  return Media.parse(reply.json);
}
const listOf = async (who: TestBrowser) => MediaList.parse((await who.request('GET', path)).json);
async function filesIn(...folder: string[]): Promise<string[]> {
  const entries = await readdir(join(running.dataFolder, 'media', ...folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.parentPath.slice(-2) + entry.name);
}
/** A film of this many bytes that cannot be mistaken for another. */
function aFilmOf(bytes: number): Buffer {
  const first = aVp8Frame(64, 48, true, 1);
  return aWebm({ frames: [{ isWhole: true, bytes: Buffer.concat([first.bytes, randomBytes(bytes)]) }, aVp8Frame(64, 48, false, 2)] });
}

describe('a film in the library', () => {
  it('is kept without what it told beside its pictures, under the hash of what is kept, once', async () => {
    const sent = anMp4({ chatty: true, width: 320, height: 240 });
    expect(sent.includes(SECRET)).toBe(true);
    const replies = await Promise.all([uploaded(sent), uploaded(sent), uploaded(anMp4({ width: 320, height: 240, moov: 'front' }))]);
    const [media] = replies;
    expect(new Set(replies.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(media).toMatchObject({ type: 'video/mp4', width: 320, height: 240, durationMs: 1_000, name: 'Γιορτή.mp4' });
    const kept = await manager.bytes(`${path}/${media?.sha256}/picture`);
    expect([kept.headers.get('content-type'), kept.body.length]).toEqual(['video/mp4', media?.bytes]);
    expect(createHash('sha256').update(kept.body).digest('hex')).toBe(media?.sha256);
    expect(kept.body.includes(SECRET)).toBe(false);
    expect((await listOf(manager)).items).toHaveLength(1);
    // Nothing of what was sent lies about.
    expect(await filesIn('arriving')).toEqual([]);
    expect(await filesIn(ours.tenantId)).toEqual([media?.sha256]);
  });

  it('is sent to the office in ranges, and to no other office at all', async () => {
    const media = await uploaded(aWebm());
    const part = await manager.bytes(`${path}/${media.sha256}/picture`, { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range'), part.body.length]).toEqual([206, `bytes 10-19/${media.bytes}`, 10]);
    expect((await stranger.request('GET', `${path}/${media.sha256}/picture`)).status).toBe(404);
    expect((await stranger.request('DELETE', `${path}/${media.sha256}`)).status).toBe(404);
    expect((await listOf(stranger)).items).toEqual([]);
  });

  it.each<[string, () => Buffer, number, ProblemCode]>([
    ['half a film', () => anMp4().subarray(0, 300), 422, 'film-broken'],
    [
      'a page with the beginning of a film',
      () => Buffer.concat([Buffer.from('\0\0\0\u0018ftypmp42', 'latin1'), Buffer.from('<html>')]),
      422,
      'film-broken',
    ],
    ['another that calls itself WebM', () => aWebm({ docType: 'matroska' }), 415, 'media-unknown-type'],
    ['one of another kind', () => anMp4({ entry: 'hvc1' }), 415, 'film-codec'],
    ['one in pieces', () => anMp4({ after: [box('moof')] }), 422, 'film-unfinished'],
    ['a locked one', () => aWebm({ inEntry: [element(0x6d80)] }), 422, 'film-protected'],
    ['a large one', () => aWebm({ width: 3_840, height: 2_160 }), 413, 'film-too-large'],
    ['a large one for a processor', () => aWebm({ width: 1_920, height: 1_080 }), 413, 'film-too-large'],
    ['one for stronger players', () => anMp4({ configuration: aConfiguration(64, 48, 100, 51) }), 422, 'film-too-demanding'],
    ['a fast one', () => anMp4({ frameMs: 8, frames: madeUpFrames(130) }), 422, 'film-too-fast'],
    ['a long one', () => anMp4({ frameMs: 60_000 }), 422, 'film-too-long'],
  ])('is refused when it is %s, in the words of who sent it', async (_what, bytes, status, code) => {
    const before = await listOf(manager);
    const reply = await upload(bytes());
    expect([reply.status, field(reply.json, 'code')], reply.text).toEqual([status, code]);
    expect(field(reply.json, 'title')).toBe(problemTexts[code].el);
    expect(await listOf(manager)).toEqual(before);
    expect(await filesIn('arriving')).toEqual([]);
  });

  it('is too large by what it says before it is sent, and by what comes where nothing was said', async () => {
    const said = await sent({ 'content-length': String(MOST_FILM_BYTES + 1) }, Readable.from([aWebm()]), true);
    expect(said).toMatchObject({ status: 413, code: 'film-too-large' });
    const piece = randomBytes(1_048_576);
    const endless = await sent(
      { 'transfer-encoding': 'chunked' },
      Readable.from(
        (function* () {
          yield aWebm();
          for (let count = 0; count < 70; count += 1) yield piece;
        })(),
      ),
    );
    expect(endless).toMatchObject({ status: 413, code: 'film-too-large' });
    expect(await filesIn('arriving')).toEqual([]);
  });

  it('that breaks off leaves nothing, and neither does one that falls silent', async () => {
    const outcome = sent({ 'content-length': '5000000' }, Readable.from([aFilmOf(100_000)]), true);
    await expect(outcome).resolves.toMatchObject({ status: 0 });
    await expect.poll(async () => filesIn('arriving')).toEqual([]);
    const silent = new Readable({ read: () => undefined });
    silent.push(Buffer.from('1a45dfa3', 'hex'));
    const reading = (async () => {
      for await (const _piece of piecesOf(silent, 50));
    })();
    await expect(reading).rejects.toBeInstanceOf(CutOff);
    expect(silent.destroyed).toBe(true);
  });

  it('comes with two others of its office at once and no more; another office is not kept waiting', async () => {
    const slow = Array.from({ length: 3 }, () => {
      const body = new Readable({ read: () => undefined });
      body.push(aWebm().subarray(0, 200));
      return { body, outcome: sent({ 'transfer-encoding': 'chunked' }, body) };
    });
    await expect.poll(async () => (await filesIn('arriving')).length, { timeout: 5_000 }).toBe(3);
    const fourth = await upload(aWebm());
    expect([fourth.status, field(fourth.json, 'code')]).toEqual([429, 'too-many-requests']);
    // Pictures are no films.
    await uploaded(aPng({ width: 5, height: 6 }));
    await uploaded(aWebm(), stranger);
    for (const { body, outcome } of slow) {
      body.push(null);
      expect(await outcome).toMatchObject({ status: 422, code: 'film-broken' });
    }
    await uploaded(aWebm());
  });

  it('may come beside pictures that drip; of those an office sends four at once and no more, and another is not kept waiting', async () => {
    const slow = Array.from({ length: 4 }, () => {
      const body = new Readable({ read: () => undefined });
      body.push(aPng({ width: 5, height: 6 }).subarray(0, 30));
      return { body, outcome: sent({ 'transfer-encoding': 'chunked' }, body) };
    });
    const another = async () => field((await upload(aPng({ width: 5, height: 6 }))).json, 'code');
    await expect.poll(another, { timeout: 5_000, interval: 300 }).toBe('too-many-requests');
    await uploaded(aWebm());
    await uploaded(aPng({ width: 5, height: 6 }), stranger);
    for (const { body, outcome } of slow) {
      body.push(null);
      expect(await outcome).toMatchObject({ status: 422, code: 'media-broken' });
    }
    await uploaded(aPng({ width: 5, height: 6 }));
  });

  it('shares the quota with the pictures, also where two race for the last of it', async () => {
    const { usedBytes, quotaBytes } = await listOf(manager);
    const left = quotaBytes - usedBytes;
    const replies = await Promise.all([
      upload(aFilmOf(Math.floor(left * 0.7))),
      upload(aFilmOf(Math.floor(left * 0.7))),
      upload(aPng({ width: 1_500, height: Math.floor((left * 0.7) / 1_500), noise: true })),
    ]);
    expect(replies.map(({ status }) => status).toSorted((one, another) => one - another)).toEqual([201, 409, 409]);
    expect(field(replies.find(({ status }) => status === 409)?.json, 'code')).toBe('media-quota');
    const after = await listOf(manager);
    expect(after.usedBytes).toBeLessThanOrEqual(quotaBytes);
    expect((await filesIn(ours.tenantId)).toSorted()).toEqual(after.items.map(({ sha256 }) => sha256).toSorted());
    expect(await filesIn('arriving')).toEqual([]);
    for (const { sha256, bytes } of after.items) if (bytes > left / 2) await manager.request('DELETE', `${path}/${sha256}`);
  });
});

describe('a film in a scene', () => {
  const draftWith = (media: object) => ({
    scenes: [
      {
        id: randomUUID(),
        name: { el: 'Βίντεο', en: null },
        view: {
          kind: 'layout',
          portrait: [
            {
              id: randomUUID(),
              widget: 'video',
              column: 0,
              row: 0,
              columns: 6,
              rows: 4,
              settings: { media, alt: null, fit: 'cover', plays: 'once' },
            },
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
  const save = async (media: object) =>
    manager.request('POST', '/api/kiosk/display-configs', { name: 'Α', buildingId: null, draft: draftWith(media) });

  it('must be one of the library, as long as it is, and no picture; then it cannot be deleted', async () => {
    const { sha256, type, bytes, ...film } = await uploaded(aWebm({ frameMs: 200 }));
    if (!('durationMs' in film)) throw new Error('a film plays for some time');
    const mine = { sha256, type, bytes, durationMs: film.durationMs };
    const foreign = await uploaded(aWebm({ frameMs: 300 }), stranger);
    const picture = await uploaded(aPng({ width: 8, height: 8 }));
    for (const wrong of [
      { sha256: foreign.sha256, type: foreign.type, bytes: foreign.bytes, durationMs: 3_000 },
      { ...mine, durationMs: mine.durationMs + 1 },
      { ...mine, durationMs: 999_999 },
      { ...mine, type: 'video/mp4' },
      { ...mine, bytes: mine.bytes - 1 },
      { sha256: picture.sha256, type: picture.type, bytes: picture.bytes },
      { sha256: picture.sha256, type: 'video/webm', bytes: picture.bytes, durationMs: 1 },
    ]) {
      const reply = await save(wrong);
      expect([reply.status, reply.text.includes('/settings/media')], reply.text).toEqual([400, true]);
    }
    expect((await save(mine)).status).toBe(201);
    expect(field((await manager.request('DELETE', `${path}/${sha256}`)).json, 'code')).toBe('media-in-use');
  });
});

/** A body that comes as it comes, which `fetch` would not send. Status 0 where the connection broke. */
async function sent(headers: Record<string, string>, body: Readable, breakOff = false): Promise<{ status: number; code: string }> {
  const signed = await manager.signedHeaders();
  return new Promise((resolve) => {
    const request = httpRequest(
      new URL(`${path}?name=a`, running.cloud.url),
      { method: 'POST', headers: { ...signed, 'content-type': 'application/octet-stream', ...headers } },
      (reply) => {
        const pieces: Buffer[] = [];
        reply.on('data', (piece: Buffer) => pieces.push(piece));
        reply.on('end', () => {
          request.destroy();
          resolve({ status: reply.statusCode ?? 0, code: field(JSON.parse(Buffer.concat(pieces).toString('utf8')), 'code') });
        });
      },
    );
    request.on('error', () => resolve({ status: 0, code: '' }));
    body.on('data', (piece: Buffer) => {
      if (!request.write(piece)) {
        body.pause();
        request.once('drain', () => body.resume());
      }
    });
    body.on('end', () => {
      if (breakOff) void sleep(300).then(() => request.destroy());
      else request.end();
    });
  });
}

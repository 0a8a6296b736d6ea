import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BundleServer, startBundleServer } from '../release/testing/bundle-server.ts';
import { temporaryDirectory, until } from '../testing/kiosk.ts';
import type { MediaShelf } from './media.ts';
import { aFilm, anIdentity, aPicture, aShelf, scenesNaming, storedScenes, type TestPicture } from './testing/shelf.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let server: BundleServer;
let shelf: MediaShelf;
let changes: number;
const shelves: MediaShelf[] = [];
beforeEach(async () => {
  directory = temporaryDirectory();
  server = await startBundleServer();
  changes = 0;
  shelf = open();
});
afterEach(async () => {
  for (const one of shelves.splice(0)) one.stop();
  await server.stop();
  directory[Symbol.dispose]();
});

function open(options: Parameters<typeof aShelf>[1] = {}): MediaShelf {
  const opened = aShelf(directory.path, { onChange: () => (changes += 1), ...options });
  shelves.push(opened);
  return opened;
}
const offer = (...pictures: readonly TestPicture[]) => {
  for (const { media, file } of pictures) server.files.set(`api/kiosk/media/${media.sha256}`, file);
};
const folder = () => join(directory.path, 'media');
/** Counts how often a picture is asked for from now on. */
const requests = () => {
  const looked = vi.spyOn(server.files, 'get');
  return ({ media }: TestPicture) => looked.mock.calls.filter(([path]) => path.endsWith(media.sha256)).length;
};
const lying = () => (existsSync(folder()) ? readdirSync(folder()).toSorted() : []);
const readyOf = (one: MediaShelf) => one.ready().map(({ sha256 }) => sha256);
const hashes = (...pictures: readonly TestPicture[]) => pictures.map(({ media }) => media.sha256);

describe('the shelf', () => {
  it('gets what the scenes name, in their order, and says of each when it is there', async () => {
    const pictures = [aPicture(), aPicture(), aPicture()];
    offer(...pictures);
    shelf.want(scenesNaming(...pictures.map(({ media }) => media)));
    expect(shelf.ready()).toEqual([]);
    shelf.connectAs(anIdentity(server.url.href));
    await until('all are ready', () => shelf.ready().length === 3);
    expect(readyOf(shelf)).toEqual(hashes(...pictures));
    expect(changes).toBe(3);
    expect(shelf.ready()[0]?.url).toBe(`/media/${pictures[0]?.media.sha256}`);
    for (const { media, file } of pictures) expect((await shelf.read(media.sha256))?.bytes.equals(file)).toBe(true);
    expect(lying()).toEqual(hashes(...pictures).toSorted());
    expect(statSync(folder()).mode & 0o077).toBe(0);
  });

  it('says how many are missing once it has tried to get them, and not while they are on their way', async () => {
    const [here, gone] = [aPicture(), aPicture()];
    offer(here);
    shelf.want(scenesNaming(here.media, gone.media));
    expect(shelf.missing()).toBe(0);
    shelf.connectAs(anIdentity(server.url.href));
    await until('one is given up for now', () => shelf.missing() === 1);
    expect(readyOf(shelf)).toEqual(hashes(here));
    offer(gone);
    await until('it has come', () => shelf.missing() === 0);
    expect(readyOf(shelf)).toEqual(hashes(here, gone));
    server.files.clear();
    const other = aPicture();
    shelf.want(scenesNaming(other.media));
    await until('the next is not there', () => shelf.missing() === 1);
    shelf.want(null);
    expect(shelf.missing()).toBe(0);
  });

  it('goes on where the line broke, also after it was started anew', async () => {
    const picture = aPicture(500_000);
    offer(picture);
    server.faults.push({ cut: 100_000 }, 'silent', 'silent');
    shelf.want(scenesNaming(picture.media));
    shelf.connectAs(anIdentity(server.url.href));
    await until('a part is there', () => server.ranges.length === 2);
    shelf.stop();
    server.faults.length = 0;
    const again = open();
    again.want(scenesNaming(picture.media));
    again.connectAs(anIdentity(server.url.href));
    await until('it is ready', () => again.ready().length === 1);
    expect(server.ranges.at(-1)).toBe('bytes=100000-');
  });

  it('shows what it has without anybody to ask, and asks for nothing it has', async () => {
    const [picture, next] = [aPicture(), aPicture()];
    mkdirSync(folder());
    writeFileSync(join(folder(), picture.media.sha256), picture.file);
    shelf.want(scenesNaming(picture.media));
    await until('it is ready', () => shelf.ready().length === 1);
    offer(picture, next);
    const asked = requests();
    shelf.connectAs(anIdentity(server.url.href));
    // Files are asked for one after the other, in their order: when the next has come, the first was passed over.
    shelf.want(scenesNaming(picture.media, next.media));
    await until('the next is ready', () => shelf.ready().length === 2);
    expect([asked(picture), asked(next)]).toEqual([0, 1]);
  });

  it.each<[string, (picture: TestPicture) => void]>([
    [
      'other bytes of the same length',
      ({ media, file }) => server.files.set(`api/kiosk/media/${media.sha256}`, Buffer.from(file).fill(0, 100, 200)),
    ],
    ['more than it said', ({ media, file }) => server.files.set(`api/kiosk/media/${media.sha256}`, Buffer.concat([file, file]))],
    ['less than it said', ({ media, file }) => server.files.set(`api/kiosk/media/${media.sha256}`, file.subarray(0, 50))],
    ['nothing', () => undefined],
    ['a refusal', () => server.faults.push(...Array.from({ length: 200 }, () => 403))],
    ['another address', () => server.faults.push(...Array.from({ length: 200 }, () => 'redirect' as const))],
  ])('from a server that sends %s it takes nothing, and gets the next one', async (_what, misbehave) => {
    const [bad, good] = [aPicture(), aPicture()];
    misbehave(bad);
    offer(good);
    shelf.want(scenesNaming(bad.media, good.media));
    shelf.connectAs(anIdentity(server.url.href));
    const onlyBad = server.faults.length > 0;
    await until('it was asked', () => (onlyBad ? server.ranges.length > 4 : shelf.ready().length === 1));
    expect(readyOf(shelf)).toEqual(onlyBad ? [] : hashes(good));
    expect(await shelf.read(bad.media.sha256)).toBeNull();
    expect(lying().filter((name) => name === bad.media.sha256)).toEqual([]);
    // It is asked again, and when the server has come to its senses it is there.
    server.faults.length = 0;
    offer(bad);
    await until('both are ready', () => shelf.ready().length === 2);
  });

  it('takes no file of another type than the signed one, whatever its hash', async () => {
    const [picture, late] = [aPicture(), aPicture()];
    offer(picture);
    const asked = requests();
    shelf.want(scenesNaming({ ...picture.media, type: 'image/jpeg' }, late.media));
    shelf.connectAs(anIdentity(server.url.href));
    await until('it was asked as often as it is worth', () => asked(picture) === 5);
    // The other is not there yet, and asked for in each run after it: two runs more, and it was left alone in one of them at least.
    const before = asked(late);
    await until('two runs more have passed', () => asked(late) >= before + 2);
    expect(asked(picture)).toBe(5);
    offer(late);
    await until('the other is ready', () => shelf.ready().length === 1);
    expect([readyOf(shelf), lying()]).toEqual([hashes(late), hashes(late)]);
  });

  it.each<[string, (path: string) => void]>([
    [
      'a bit',
      (path) =>
        writeFileSync(
          path,
          readFileSync(path).map((byte, at) => (at === 1_000 ? byte ^ 1 : byte)),
        ),
    ],
    ['its end', (path) => truncateSync(path, 1_000)],
    ['all of it', (path) => truncateSync(path, 0)],
  ])('that lost %s on the card is not handed out, and comes again', async (_what, damage) => {
    const picture = aPicture();
    offer(picture);
    shelf.want(scenesNaming(picture.media));
    shelf.connectAs(anIdentity(server.url.href));
    await until('it is ready', () => shelf.ready().length === 1);
    damage(join(folder(), picture.media.sha256));
    expect(await shelf.read(picture.media.sha256)).toBeNull();
    await until('it is ready again', () => shelf.ready().length === 1);
    expect((await shelf.read(picture.media.sha256))?.bytes.equals(picture.file)).toBe(true);
  });

  it('finds damage by itself too, and on a card that was damaged while it was off', async () => {
    const [picture, sound] = [aPicture(), aPicture()];
    mkdirSync(folder());
    writeFileSync(join(folder(), picture.media.sha256), Buffer.from(picture.file).fill(0, 20));
    writeFileSync(join(folder(), sound.media.sha256), sound.file);
    offer(picture);
    const watchful = open({ limits: { checkEveryMs: 50 } });
    watchful.want(scenesNaming(picture.media, sound.media));
    // What is there is looked at in its order: after the sound one the other has been seen.
    await until('the sound one is ready', () => watchful.ready().length > 0);
    expect(readyOf(watchful)).toEqual(hashes(sound));
    watchful.connectAs(anIdentity(server.url.href));
    await until('both are ready', () => watchful.ready().length === 2);
    const before = server.ranges.length;
    writeFileSync(join(folder(), picture.media.sha256), 'x');
    await until('it was asked for again', () => server.ranges.length > before && watchful.ready().length === 2);
  });

  it('follows no link out of its folder', async () => {
    const [picture, own] = [aPicture(), aPicture()];
    mkdirSync(folder());
    writeFileSync(join(directory.path, 'outside'), picture.file);
    symlinkSync('../outside', join(folder(), picture.media.sha256));
    writeFileSync(join(folder(), own.media.sha256), own.file);
    shelf.want(scenesNaming(picture.media, own.media));
    // In their order: when the second is ready, the link was looked at.
    await until('the file is ready', () => shelf.ready().length > 0);
    expect(readyOf(shelf)).toEqual(hashes(own));
    offer(picture);
    shelf.connectAs(anIdentity(server.url.href));
    await until('it is a file of its own', () => shelf.ready().length === 2);
    expect(readFileSync(join(directory.path, 'outside')).equals(picture.file)).toBe(true);
  });

  it('keeps to its budget: the longest unused goes first, the arrangement before last, the present one never', async () => {
    const [oldest, older, before, now, beyond] = [aPicture(), aPicture(), aPicture(), aPicture(), aPicture()];
    mkdirSync(folder());
    for (const [age, { media, file }] of [oldest, older, before].entries()) {
      writeFileSync(join(folder(), media.sha256), file);
      utimesSync(join(folder(), media.sha256), 1_000 + age, 1_000 + age);
    }
    offer(oldest, older, before, now, beyond);
    let looksForRoom = 0;
    const narrow = open({
      limits: { budgetBytes: 9_000 },
      stored: () => {
        looksForRoom += 1;
        return [storedScenes(scenesNaming(before.media)), 'no document'];
      },
    });
    narrow.want(scenesNaming(now.media));
    narrow.connectAs(anIdentity(server.url.href));
    await until('it is ready', () => narrow.ready().length === 1);
    expect(lying()).toEqual(hashes(older, before, now).toSorted());
    narrow.want(scenesNaming(now.media, beyond.media));
    await until('both are ready', () => narrow.ready().length === 2);
    expect(lying()).toEqual(hashes(before, now, beyond).toSorted());
    narrow.want(scenesNaming(now.media, beyond.media, oldest.media, older.media));
    await until('a run has ended without the fourth', () => narrow.missing() === 1);
    // The fourth has no room; the three stay, and nothing goes round in circles, however often room is looked for.
    const [requested, looked] = [server.ranges.length, looksForRoom];
    await until('room was looked for three times more', () => looksForRoom >= looked + 3);
    expect(readyOf(narrow)).toEqual(hashes(now, beyond, oldest));
    expect(server.ranges).toHaveLength(requested);
  });

  it('lets the next arrangement interrupt a file that nobody wants any more', async () => {
    const [slow, quick] = [aPicture(), aPicture()];
    offer(slow, quick);
    server.faults.push('silent');
    const patient = open({
      limits: {
        download: { silenceMs: 60_000, fruitlessRequests: 1, totalMs: 60_000, backOff: { baseMs: 1, capMs: 2, stableAfterMs: 1 } },
      },
    });
    patient.want(scenesNaming(slow.media));
    patient.connectAs(anIdentity(server.url.href));
    await until('the first is on its way', () => server.ranges.length === 1);
    patient.want(scenesNaming(quick.media));
    await until('the second is ready', () => readyOf(patient).join() === quick.media.sha256, 3_000);
  });

  it('leaves nothing behind when it is erased in the middle of a file', async () => {
    const [first, second] = [aPicture(), aPicture(900_000)];
    offer(first, second);
    // The first comes whole; of the second a part, and then nothing more.
    server.faults.push('whole', { cut: 400_000 }, 'silent');
    let waitsReckoned = 0;
    const erased = open({ random: () => ((waitsReckoned += 1), 0.5) });
    erased.want(scenesNaming(first.media, second.media));
    // One run has ended, so that the next one is the only one.
    await until('there is nobody to ask yet', () => erased.missing() === 2);
    erased.connectAs(anIdentity(server.url.href));
    await until('the second is under way', () => server.ranges.length === 3);
    expect(lying()).toEqual([first.media.sha256, `${second.media.sha256}.part`].toSorted());
    const before = waitsReckoned;
    erased.erase();
    expect(erased.ready()).toEqual([]);
    // A run that was interrupted reckons, when it has ended, how long to wait for the next.
    await until('what was under way has ended', () => waitsReckoned > before);
    expect(lying()).toEqual([]);
    expect(await erased.read(first.media.sha256)).toBeNull();
  });

  it('gets a film too, goes on where the line broke, and hands it out in pieces but never whole', async () => {
    const [film, picture] = [aFilm(900_000), aPicture()];
    server.files.set(`api/kiosk/media/${film.media.sha256}`, film.file);
    offer(picture);
    server.faults.push({ cut: 400_000 });
    shelf.want(scenesNaming(film.media, picture.media));
    shelf.connectAs(anIdentity(server.url.href));
    await until('both are ready', () => shelf.ready().length === 2);
    // What had come by then, which a busy machine may not have read to the last byte.
    expect(server.ranges.some((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
    expect(await shelf.read(film.media.sha256)).toBeNull();
    expect(await shelf.openFilm(picture.media.sha256)).toBeNull();
    await using open = await shelf.openFilm(film.media.sha256);
    expect([open?.bytes, open?.type]).toEqual([900_000, 'video/webm']);
    expect((await open?.read(899_990, 100))?.equals(film.file.subarray(899_990))).toBe(true);
  });

  it.each<[string, (path: string, file: Buffer) => void]>([
    ['other bytes', (path, file) => writeFileSync(path, Buffer.from(file).fill(0, 1_000, 1_010))],
    ['no end', (path) => truncateSync(path, 10_000)],
    ['gone', (path) => unlinkSync(path)],
  ])('does not open a film whose file was written over with %s, and gets it anew', async (_what, damage) => {
    const { media, file } = aFilm();
    server.files.set(`api/kiosk/media/${media.sha256}`, file);
    shelf.want(scenesNaming(media));
    shelf.connectAs(anIdentity(server.url.href));
    await until('it is ready', () => shelf.ready().length === 1);
    await (await shelf.openFilm(media.sha256))?.[Symbol.asyncDispose]();
    const path = join(folder(), media.sha256);
    damage(path, file);
    // A clock of whole milliseconds may not see that it was written.
    if (existsSync(path)) utimesSync(path, 1, 1);
    expect(await shelf.openFilm(media.sha256)).toBeNull();
    await until('it is ready again', () => shelf.ready().length === 1);
    await using open = await shelf.openFilm(media.sha256);
    expect((await open?.read(0, file.length))?.equals(file)).toBe(true);
  });

  it('hashes a film once, however often it is opened', async () => {
    const { media, file } = aFilm(24 * 1_048_576);
    mkdirSync(folder());
    writeFileSync(join(folder(), media.sha256), file);
    shelf.want(scenesNaming(media));
    await until('it is ready', () => shelf.ready().length === 1);
    const openedWithin = async () => {
      const startedMs = performance.now();
      await (await shelf.openFilm(media.sha256))?.[Symbol.asyncDispose]();
      return performance.now() - startedMs;
    };
    const first = await openedWithin();
    const startedMs = performance.now();
    for (let again = 0; again < 100; again += 1) await openedWithin();
    expect(performance.now() - startedMs).toBeLessThan(first * 50);
  });

  it('gives no file that no present scene names, though it has it', async () => {
    const [one, other] = [aPicture(), aPicture()];
    offer(one, other);
    shelf.want(scenesNaming(one.media));
    shelf.connectAs(anIdentity(server.url.href));
    await until('it is ready', () => shelf.ready().length === 1);
    shelf.want(scenesNaming(other.media));
    await until('the other is ready', () => readyOf(shelf).join() === other.media.sha256);
    expect(await shelf.read(one.media.sha256)).toBeNull();
    shelf.want(null);
    expect(shelf.ready()).toEqual([]);
    // It is still there for an arrangement that names it again.
    server.files.clear();
    shelf.want(scenesNaming(one.media));
    await until('it is ready without a request', () => shelf.ready().length === 1);
  });
});

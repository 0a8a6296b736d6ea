import { describe, expect, it } from 'vitest';
import { NOTICE, noticeLayout, tagLine } from '../scenes/announcement/notice-layout.ts';
import { overviewLayout } from '../scenes/overview/overview-layout.ts';
import { frameOf, sceneHeight } from '../stage/frame.ts';
import { fitText, fitTextOrSmallest, linesAt, STEPS, shortened, withHyphens } from './fit-text.ts';
import { hyphenateGreek } from './hyphenation.ts';
import { breakIntoLines, textWidth } from './measure.ts';
import { bodyPages, textHeight } from './pages.ts';
import { keepTogether, withoutLooseWords } from './typesetting.ts';

const LONG_TITLE =
  'Αντικατάσταση ηλεκτροεγκαταστάσεων και τηλεπικοινωνιακών καλωδιώσεων στο κλιμακοστάσιο, στο υπόγειο και στους φωταγωγούς';
const LONG_BODY =
  'Το συνεργείο θα εργάζεται καθημερινά από τις 08:00 έως τις 15:00. Παρακαλούμε να μην αφήνετε αντικείμενα στα πλατύσκαλα! Τα παλιά καλώδια θα απομακρύνονται στο τέλος κάθε ημέρας.\n\n'
    .repeat(6)
    .trim();
const frames = [
  frameOf(1080, 1920, null),
  frameOf(1920, 1080, null),
  frameOf(3840, 2160, null),
  frameOf(1080, 1920, 299),
  frameOf(1920, 1080, 531),
];
const visible = (text: string) => text.replace(/\s+/g, ' ').trim();

describe('measure', () => {
  it('knows that capitals and wide letters take more room', () => {
    expect(textWidth('ΩΜ')).toBeGreaterThan(textWidth('ωμ'));
    expect(textWidth('')).toBe(0);
    expect(textWidth('α\u00ADβ')).toBe(textWidth('αβ'));
  });
  it('breaks at spaces, never at a no-break space, and keeps every letter', () => {
    expect(breakIntoLines('ένα δύο', textWidth('δύο'))).toEqual(['ένα', 'δύο']);
    expect(breakIntoLines('85\u00A0% του', textWidth('85\u00A0%'))).toEqual(['85\u00A0%', 'του']);
    expect(breakIntoLines('α\nβ', 100)).toEqual(['α', 'β']);
  });
});

describe('fitText', () => {
  it('chooses the largest step that fits', () => {
    const room = { width: 16, height: 7 };
    expect(fitText('Απεντόμωση', room, ['display', 'title', 'heading'])?.step).toBe('display');
    expect(fitText(LONG_TITLE, room, ['display', 'title', 'heading'])).toBeNull();
  });
  it('prefers a smaller step to a broken word', () => {
    const word = 'ηλεκτροεγκαταστάσεων';
    const step = fitText(word, { width: 16, height: 20 }, ['display', 'title', 'heading', 'lead', 'body'])?.step;
    expect(step).toBeDefined();
    expect(textWidth(word) * STEPS[step ?? 'display']).toBeLessThanOrEqual(16);
  });
  it('sets at the smallest what fits nowhere', () => {
    expect(fitTextOrSmallest(LONG_TITLE, { width: 10, height: 1 }, ['title', 'body']).step).toBe('body');
  });
  it('shortens at a word, with an ellipsis and no loose comma', () => {
    const short = shortened(LONG_TITLE, 14, 'body', 2);
    expect(linesAt(short, 14, 'body').length).toBeLessThanOrEqual(2);
    expect(short).toMatch(/^Αντικατάσταση .*[^\s,]…$/u);
    expect(shortened('Καλημέρα', 14, 'body', 2)).toBe('Καλημέρα');
    expect(shortened(LONG_TITLE, 18, 'body', 2)).toMatch(/ηλεκτροεγκαταστάσεων…$/u);
  });
});

describe('hyphenateGreek', () => {
  it.each([
    ['ηλεκτροεγκαταστάσεων', 'ηλεκ-τρο-ε-γκα-τα-στά-σε-ων'],
    ['παρακολουθήσεων', 'πα-ρα-κο-λου-θή-σε-ων'],
    ['σύνδεση', 'σύνδεση'],
  ])('%s breaks only between syllables', (word, syllables) => {
    const allowed = new Set<number>();
    let letters = 0;
    for (const syllable of syllables.split('-')) allowed.add((letters += syllable.length));
    let at = 0;
    for (const piece of hyphenateGreek(word).split('\u00AD').slice(0, -1)) expect(allowed, piece).toContain((at += piece.length));
    expect(hyphenateGreek(word).replaceAll('\u00AD', '')).toBe(word);
  });
  it('breaks long words somewhere, short ones nowhere', () => {
    expect(hyphenateGreek('ηλεκτροεγκαταστάσεων')).toContain('\u00AD');
    expect(hyphenateGreek('Καλημέρα σας')).not.toContain('\u00AD');
    expect(withHyphens('ηλεκτροεγκαταστάσεων', 30, 'body')).not.toContain('\u00AD');
  });
});

describe('bodyPages', () => {
  it('loses no word and overflows no page, in any room', () => {
    for (const room of [
      { width: 9, height: 7 },
      { width: 16, height: 10 },
      { width: 30, height: 4 },
    ]) {
      const pages = bodyPages(LONG_BODY, room);
      expect(visible(pages.join(' '))).toBe(visible(LONG_BODY));
      for (const page of pages) expect(textHeight(page, room.width)).toBeLessThanOrEqual(room.height);
    }
  });
  it('leaves a short body whole', () => {
    expect(bodyPages('Ευχαριστούμε.', { width: 16, height: 10 })).toEqual(['Ευχαριστούμε.']);
  });
  it('ends pages with sentences where it can', () => {
    const pages = bodyPages(LONG_BODY.replaceAll('\n\n', ' '), { width: 16, height: 9 });
    expect(pages.filter((page) => /[.!]$/.test(page)).length).toBeGreaterThan(pages.length / 2);
  });
});

describe('layouts', () => {
  it.each(frames)('keeps the longest title and body inside their boxes ($orientation, $unitPx px)', (frame) => {
    for (const title of [LONG_TITLE, 'Ευχαριστούμε', 'Συντήρηση ανελκυστήρα την Τρίτη']) {
      for (const body of [LONG_BODY, 'Σύντομο.', null]) {
        const layout = noticeLayout(frame, { title, body });
        const furniture = 2 * NOTICE.padding + layout.tagHeight + layout.tagGap;
        expect(layout.title.height + furniture).toBeLessThanOrEqual(layout.panel.height + 0.001);
        expect(layout.panel.height).toBeLessThanOrEqual(sceneHeight(frame));
        const bodyRoom =
          layout.shape === 'beside'
            ? { width: frame.width - layout.panel.width - 2 * frame.margin, height: layout.panel.height - 2 * NOTICE.padding }
            : { width: frame.width - 2 * frame.margin, height: sceneHeight(frame) - layout.panel.height - 2 * NOTICE.padding };
        if (body !== null)
          for (const page of layout.pages) expect(textHeight(page, bodyRoom.width)).toBeLessThanOrEqual(bodyRoom.height + 0.001);
      }
    }
  });
  it.each(frames)('keeps the row above the title on one line ($orientation, $unitPx px)', (frame) => {
    const layout = noticeLayout(frame, { title: LONG_TITLE, body: LONG_BODY });
    const room = layout.panel.width - 2 * frame.margin - layout.tagHeight - NOTICE.tagSpace;
    for (const tags of [['Καθαριότητα'], ['ΕΠΕΙΓΟΝ · Καθαριότητα', 'ΕΠΕΙΓΟΝ']]) {
      const { tag, page, step } = tagLine(frame, layout, tags, ['10 από 12', '10/12']);
      expect((textWidth(tag) + textWidth(page)) * STEPS[step] + NOTICE.tagSpace, `${tag} ${page}`).toBeLessThanOrEqual(room);
    }
  });
  it.each(frames.slice(0, 3))('sets a title larger than its text, unless that costs many pages ($orientation, $unitPx px)', (frame) => {
    expect(STEPS[noticeLayout(frame, { title: 'Απεντόμωση στους κοινόχρηστους χώρους', body: LONG_BODY }).title.step]).toBeGreaterThan(1);
  });
  it('lists at most five titles, and fewer rather than too many', () => {
    const titles = Array.from({ length: 12 }, () => LONG_TITLE);
    for (const frame of frames) {
      expect(
        overviewLayout(
          frame,
          titles.map(() => 'Νέο ωράριο'),
        ).titles.length,
      ).toBeLessThanOrEqual(5);
      expect(overviewLayout(frame, titles).titles.length).toBeGreaterThanOrEqual(1);
    }
  });
});

it('withoutLooseWords keeps a leaning word with its short next one, and makes no long pairs', () => {
  expect(withoutLooseWords('χώρων τη Δευτέρα')).toBe('χώρων τη\u00A0Δευτέρα');
  expect(withoutLooseWords('General assembly at 19:30')).toBe('General assembly at\u00A019:30');
  expect(withoutLooseWords('και στους φωταγωγούς')).toBe('και στους φωταγωγούς');
  expect(withoutLooseWords('και')).toBe('και');
});

it('keepTogether holds ranges and units on one line', () => {
  expect(keepTogether('09:00-13:00')).toBe('09:00\u2060–\u206013:00');
  expect(keepTogether('το 85 % και 12 €')).toBe('το 85\u00A0% και 12\u00A0€');
  expect(keepTogether('ηλεκτρο-μηχανικός')).toBe('ηλεκτρο-μηχανικός');
});

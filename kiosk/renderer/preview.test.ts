import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { hasSomethingToShow, LobbyPreview, ScenePreview } from './preview.tsx';
import { type SampleName, sampleState } from './samples.ts';
import { samplePicture } from './widgets/sample-picture.ts';
import { pictureScene, widgetSamples } from './widgets/samples.ts';

const qr = { path: 'M0 0h1v1h-1z', size: 29, url: 'https://example.gr/j/x' };

function markup(name: SampleName, language: 'el' | 'en' = 'el', orientation: 'portrait' | 'landscape' = 'portrait'): string {
  const state = sampleState(name, qr);
  return renderToStaticMarkup(createElement(LobbyPreview, { state, language, now: state.nowMs, orientation }));
}

describe('the first scene of the screen', () => {
  it('says what is going on in the house', () => {
    for (const orientation of ['portrait', 'landscape'] as const) {
      expect(markup('typical', 'el', orientation)).toContain('Συντήρηση ανελκυστήρα την\u00A0Τρίτη');
      expect(markup('typical', 'en', orientation)).toContain('Lift maintenance on\u00A0Tuesday');
    }
  });
  it('says what is wrong with a file on the card, besides how it fares with the network', () => {
    expect(markup('refusedFile')).toContain('Κάτι σε αυτό το δίκτυο απαντά');
    expect(markup('refusedFile')).toContain('Το αρχείο του ασύρματου δικτύου στην κάρτα δεν χρησιμοποιήθηκε: ο κωδικός του δικτύου');
    expect(markup('refusedFile', 'en')).toContain('The Wi-Fi file on the card was not used: the network’s password must have 8 to 63');
    expect(markup('refusedFile')).toContain('Το αρχείο της παρτίδας στην κάρτα δεν χρησιμοποιήθηκε: το κλειδί');
    expect(markup('unclaimed')).not.toContain('Το αρχείο');
  });
  it('marks each text with its own language', () => {
    expect(markup('overflowing', 'en')).toMatch(/<p lang="el">Προγραμματισμένη/);
  });
  it('takes over for an urgent notice, in capitals without accents', () => {
    expect(markup('urgent')).toContain('ΕΠΕΙΓΟΝ · Διακοπή');
    expect(markup('urgent')).toContain('data-dress="alert"');
    expect(markup('urgent')).not.toContain('Καλημέρα');
  });
  it('claims no hour, no day, no age and no code while the time is not known', () => {
    const page = markup('untimed');
    for (const claim of ['<time', 'Παρ', 'Καλημέρα', 'πριν από', 'qr-code', 'σήμερα']) expect(page).not.toContain(claim);
    expect(page).toContain('Χωρίς σύνδεση');
  });
  it('tells the age of its data when it is offline or old, and is silent when all is well', () => {
    expect(markup('offline')).toContain('δεδομένα πριν από 3 ημέρες');
    expect(markup('typical')).not.toContain('foot-status');
    const state = sampleState('typical', qr);
    const old = { ...state, confirmedAt: new Date(state.nowMs - 2 * 3_600_000).toISOString() };
    expect(renderToStaticMarkup(createElement(LobbyPreview, { state: old, language: 'el', now: state.nowMs }))).toContain(
      'Δεδομένα πριν από 2 ώρες',
    );
  });
  it('offers the emergency numbers in the safe scene', () => {
    for (const number of ['112', '166', '199', '100']) expect(markup('safe')).toContain(number);
  });
  it('says so when it is a demo', () => {
    expect(markup('empty')).toContain('Επίδειξη');
    expect(markup('typical')).not.toContain('Επίδειξη');
  });
  it('goes dark at night', () => {
    expect(markup('night')).toContain('data-light="night"');
    expect(markup('typical')).toContain('data-light="day"');
  });
});

describe('a scene in the editor', () => {
  const { document, nowMs } = sampleState('typical', qr);
  function preview(settings: object): string {
    if (pictureScene.view.kind !== 'layout') throw new Error('the sample is a layout');
    const [box, ...rest] = pictureScene.view.portrait;
    if (box === undefined) throw new Error('it has a picture');
    const scene = {
      ...pictureScene,
      view: { ...pictureScene.view, portrait: [{ ...box, settings: { ...box.settings, ...settings } }, ...rest] },
    };
    return draw(scene, 398);
  }
  function draw(scene: Scene, widthMm: number): string {
    if (document === null) throw new Error('the sample has one');
    const media = [{ ...samplePicture.media, url: '/here' }];
    const facts = { weather: null, account: null };
    return renderToStaticMarkup(
      createElement(ScenePreview, {
        document,
        scene,
        facts,
        media,
        language: 'el',
        now: nowMs,
        orientation: 'portrait',
        widthMm,
        widthPx: 300,
      }),
    );
  }

  it('is cut on a small screen where a larger one has room', () => {
    const { title, ground } = widgetSamples.text;
    const body = { el: 'Το νερό θα κοπεί την Τρίτη από τις 9 έως τις 12.', en: null };
    const box = { id: pictureScene.id, widget: 'text', column: 0, row: 0, columns: 12, rows: 5, settings: { title, ground, body } };
    const scene: Scene = { ...pictureScene, view: { kind: 'layout', portrait: [box], landscape: [] } };
    expect([398, 299].map((widthMm) => draw(scene, widthMm).includes('data-cut'))).toEqual([false, true]);
  });
  it('shows the very picture, and what it says to whoever cannot see it', () => {
    expect(preview({})).toContain('<img src="/here" alt="Λόφοι το σούρουπο" lang="el"');
    expect(preview({ alt: null })).toContain('<img src="/here" alt=""');
  });
  it('is told apart from one that has nothing to show, which a screen leaves out', () => {
    if (document === null) throw new Error('the sample has one');
    const on = { document, facts: { weather: null, account: null }, media: [], language: 'el', now: nowMs, widthMm: 398 } as const;
    const notices: Scene = { ...pictureScene, view: { kind: 'standard', standard: 'announcements' } };
    const quiet = { ...document, announcements: [] };
    expect(hasSomethingToShow({ ...on, scene: notices, orientation: 'portrait' })).toBe(true);
    expect(hasSomethingToShow({ ...on, scene: notices, orientation: 'portrait', document: quiet })).toBe(false);
    // The picture is not there; arranged upright, it has nothing at all on a screen that lies.
    expect(hasSomethingToShow({ ...on, scene: pictureScene, orientation: 'portrait' })).toBe(false);
    const text = { id: pictureScene.id, widget: 'text', column: 0, row: 0, columns: 12, rows: 5, settings: widgetSamples.text };
    const upright: Scene = { ...pictureScene, view: { kind: 'layout', portrait: [text], landscape: [] } };
    expect((['portrait', 'landscape'] as const).map((orientation) => hasSomethingToShow({ ...on, scene: upright, orientation }))).toEqual([
      true,
      false,
    ]);
  });
  it('shows an empty box where no picture was chosen yet, or the library has it no more', () => {
    for (const settings of [{ media: null }, { media: { ...samplePicture.media, sha256: 'ab'.repeat(32) } }]) {
      expect(preview(settings)).toContain('data-waiting');
      expect(preview(settings)).not.toContain('<img');
    }
  });
});

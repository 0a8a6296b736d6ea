import type { Page } from 'playwright-core';
import { samplePicture } from '../samples/claims.ts';
import { sampleMedia, sampleProgramme, sampleProgrammes, sampleRevisions } from '../samples/programmes.ts';
import { answer, click, clicks, failed, nothing, outage, type Places, refusal, type Shot } from '../shot.ts';

/** Programmes, their editor, and the library of pictures. */
export function programmeShots(_places: Places): Shot[] {
  const all = /\/api\/kiosk\/display-configs(\?|$)/;
  const list = '/office/programmes';
  const programme = sampleProgramme();
  const editor = `${list}/${programme.id}`;
  const withList = (open: Page) => answer(open, all, { items: sampleProgrammes, nextCursor: null });
  const withProgramme = async (open: Page) => {
    await withList(open);
    await answer(open, /\/display-configs\/[^/]+$/, programme);
    await answer(open, /\/display-configs\/[^/]+\/revisions$/, sampleRevisions);
  };
  const withMedia = async (open: Page) => {
    await withProgramme(open);
    await answer(open, /\/api\/kiosk\/media$/, sampleMedia);
    await open.route(/\/api\/kiosk\/media\/[0-9a-f]{64}/, (route) => route.fulfill({ contentType: 'image/png', body: samplePicture() }));
  };
  const library = async (open: Page) => {
    await open
      .getByRole('button', { name: /^(Φωτογραφία|Photograph)$/ })
      .first()
      .click();
    await open
      .getByRole('button', { name: /^(Εικόνα|Picture|Image), / })
      .first()
      .click();
    await open
      .getByRole('button', { name: /^(Επιλογή|Choose)/ })
      .first()
      .click();
    await open.getByRole('dialog').waitFor();
  };
  const fromMenu = (item: RegExp) => async (open: Page) => {
    await click(/^(Ενέργειες|Actions)/)(open);
    await open.getByRole('menuitem', { name: item }).click();
    await open.getByRole('dialog').waitFor();
  };
  return [
    { name: 'programmes', path: list, as: 'manager', before: withList },
    { name: 'programmes-empty', path: list, as: 'manager', before: (open) => answer(open, all, nothing) },
    { name: 'programmes-outage', path: list, as: 'manager', before: (open) => answer(open, all, outage, 503), act: failed },
    { name: 'programme-new', path: `${list}?add=true`, as: 'manager' },
    { name: 'programme-rename', path: list, as: 'manager', before: withList, act: fromMenu(/^(Μετονομασία|Rename)$/) },
    {
      name: 'programme-copy',
      path: list,
      as: 'manager',
      before: withProgramme,
      act: fromMenu(/^(Δημιουργία αντιγράφου|Make a copy)$/),
    },
    { name: 'programme-remove', path: list, as: 'manager', before: withList, act: fromMenu(/^(Διαγραφή|Delete)$/) },
    { name: 'editor', path: editor, as: 'manager', before: withProgramme },
    { name: 'editor-widgets', path: editor, as: 'manager', before: withProgramme, act: click(/^(Χρήσιμα|Useful)$/) },
    {
      name: 'editor-scene-begun',
      path: editor,
      as: 'manager',
      before: withProgramme,
      async act(open) {
        await click(/^(Νέα σκηνή|New scene)$/)(open);
        await open.getByRole('menuitem', { name: /^(Σκηνή με στοιχεία|A scene with widgets)$/ }).click();
      },
    },
    {
      name: 'editor-fault',
      path: editor,
      as: 'manager',
      before: withProgramme,
      act: async (open) => open.getByLabel(/^(Διάρκεια σε δευτερόλεπτα|Duration in seconds)/).fill('500'),
    },
    { name: 'editor-history', path: editor, as: 'manager', before: withProgramme, act: click(/^(Ιστορικό|History)$/) },
    { name: 'editor-assign', path: editor, as: 'manager', before: withProgramme, act: click(/^(Οθόνες|Screens)$/) },
    { name: 'editor-publish', path: editor, as: 'manager', before: withProgramme, act: click(/^(Δημοσίευση|Publish)$/) },
    {
      name: 'editor-unknown',
      path: editor,
      as: 'manager',
      before: (open) => answer(open, /\/display-configs\/[^/]+$/, refusal('not-found', 404), 404),
    },
    { name: 'media', path: editor, as: 'manager', before: withMedia, act: library },
    {
      name: 'media-empty',
      path: editor,
      as: 'manager',
      async before(open) {
        await withProgramme(open);
        await answer(open, /\/api\/kiosk\/media$/, { items: [], usedBytes: 0, quotaBytes: sampleMedia.quotaBytes });
      },
      act: library,
    },
    {
      name: 'media-remove',
      path: editor,
      as: 'manager',
      before: withMedia,
      async act(open) {
        await library(open);
        await clicks(/^(Διαγραφή|Delete)/)(open);
      },
    },
  ];
}

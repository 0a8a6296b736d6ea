import { announcementsStrings } from './office/announcements.ts';
import { apartmentsStrings } from './office/apartments.ts';
import { batchesStrings } from './office/batches.ts';
import { buildingsStrings } from './office/buildings.ts';
import { factsStrings } from './office/facts.ts';
import { fleetStrings } from './office/fleet.ts';
import { mediaStrings } from './office/media.ts';
import { piecesStrings } from './office/pieces.ts';
import { planStrings } from './office/plan.ts';
import { programmesStrings } from './office/programmes.ts';
import { releasesStrings } from './office/releases.ts';
import { screensStrings } from './office/screens.ts';
import { sessionStrings } from './office/session.ts';
import { shellStrings } from './office/shell.ts';
import { weightsStrings } from './office/weights.ts';

/**
 * The words of the office, a file for each of its rooms. Greek is written first and decides the shape; English must have every key, or it
 * does not compile. `_one` and `_other` are the CLDR plural forms that go with `count`. Polite plural, no jargon; errors say what happened,
 * what was kept, what to do.
 */
const el = {
  ...piecesStrings.el,
  ...shellStrings.el,
  ...sessionStrings.el,
  ...buildingsStrings.el,
  ...factsStrings.el,
  ...apartmentsStrings.el,
  ...weightsStrings.el,
  ...announcementsStrings.el,
  ...screensStrings.el,
  ...programmesStrings.el,
  ...fleetStrings.el,
  ...mediaStrings.el,
  ...planStrings.el,
  ...batchesStrings.el,
  ...releasesStrings.el,
};

export type OfficeStrings = typeof el;

const en: OfficeStrings = {
  ...piecesStrings.en,
  ...shellStrings.en,
  ...sessionStrings.en,
  ...buildingsStrings.en,
  ...factsStrings.en,
  ...apartmentsStrings.en,
  ...weightsStrings.en,
  ...announcementsStrings.en,
  ...screensStrings.en,
  ...programmesStrings.en,
  ...fleetStrings.en,
  ...mediaStrings.en,
  ...planStrings.en,
  ...batchesStrings.en,
  ...releasesStrings.en,
};

export const officeStrings: Readonly<Record<'el' | 'en', OfficeStrings>> = { el, en };

import { describe, expect, it } from 'vitest';
import { endingStrings } from './endings.ts';
import { everywhereStrings } from './everywhere.ts';
import { fleetFileStrings } from './fleet-file.ts';
import { labelWords } from './labels.ts';
import { lobbyStrings } from './lobby.ts';
import { securityNoticeTexts } from './mail.ts';
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
import { officeStrings } from './office.ts';
import { problemTexts } from './problems.ts';
import { residentStrings } from './resident.ts';
import { signOutWords } from './sign-out.ts';

const officeRooms = [
  announcementsStrings,
  apartmentsStrings,
  buildingsStrings,
  factsStrings,
  fleetStrings,
  piecesStrings,
  planStrings,
  programmesStrings,
  mediaStrings,
  screensStrings,
  sessionStrings,
  shellStrings,
  weightsStrings,
  batchesStrings,
  releasesStrings,
];
const everyText = {
  endings: endingStrings,
  everywhere: everywhereStrings,
  fleetFile: fleetFileStrings,
  labels: labelWords,
  lobby: lobbyStrings,
  mail: securityNoticeTexts,
  office: officeStrings,
  problems: problemTexts,
  resident: residentStrings,
  signOut: signOutWords,
};

const isGroup = (words: unknown): words is Record<string, unknown> => typeof words === 'object' && words !== null;

/** Every text under a tree of words, by its path. */
function textsOf(words: unknown, path = ''): [path: string, text: string][] {
  if (typeof words === 'string') return [[path, words]];
  if (!isGroup(words)) throw new Error(`${path} is neither a text nor a group of texts`);
  return Object.entries(words).flatMap(([key, value]) => textsOf(value, `${path}.${key}`));
}

/** Every place of a tree where Greek and English stand side by side. */
function pairsOf(words: unknown, path = ''): [path: string, el: unknown, en: unknown][] {
  if (!isGroup(words)) return [];
  if (Object.keys(words).sort().join() === 'el,en') return [[path, words['el'], words['en']]];
  return Object.entries(words).flatMap(([key, value]) => pairsOf(value, `${path}.${key}`));
}

const placeholdersOf = (text: string) =>
  [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort((left, right) => left.localeCompare(right));

describe.each(Object.entries(everyText))('the words: %s', (_name, words) => {
  const pairs = pairsOf(words);
  const texts = pairs.flatMap(([path, el, en]) => {
    const english = new Map(textsOf(en, path));
    return textsOf(el, path).map(([at, greek]) => ({ at, greek, english: english.get(at) ?? '' }));
  });

  it('leave nothing unsaid in either language', () => {
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter(({ greek, english }) => greek.trim() === '' || english.trim() === '')).toEqual([]);
  });
  it('fill the same places in both', () => {
    for (const { at, greek, english } of texts) expect([at, placeholdersOf(english)]).toEqual([at, placeholdersOf(greek)]);
  });
  it('have a form for one where they have a form for many', () => {
    const paths = new Set(texts.map(({ at }) => at));
    for (const path of paths) if (path.endsWith('_other')) expect(paths).toContain(path.replace(/other$/, 'one'));
  });
});

describe('the rooms of the office', () => {
  it('hide no word of each other', () => {
    const words = officeRooms.flatMap(({ el }) => textsOf(el));
    expect(textsOf(officeStrings.el)).toHaveLength(words.length);
  });
});

describe('the e-mail about a session that was closed', () => {
  it.each(['el', 'en'] as const)('names a button that the office and the residents’ page both have (%s)', (language) => {
    const { text } = securityNoticeTexts['session-ended'][language];
    const named = /[«“](.+)[»”]/.exec(text)?.[1];
    expect(named).toBe(officeStrings[language].user.logOutEverywhere);
    expect(named).toBe(residentStrings[language].home.logOutEverywhere);
  });
});

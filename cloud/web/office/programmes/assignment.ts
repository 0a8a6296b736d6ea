import type { Device } from '@concierge/contract/http/devices.ts';
import { type AssignmentBody, MOST_ASSIGNED } from '@concierge/contract/http/display-configs.ts';

type Screen = Pick<Device, 'id' | 'displayConfigId'>;

/** What somebody decided about one screen, and which programme it had then. */
interface Choice {
  readonly on: boolean;
  readonly had: string | null;
}

/**
 * What somebody decided about single screens, by their ids. Of all others nothing is decided: a screen that somebody else gives the programme meanwhile, or takes it from, is left as
 * it is.
 */
export type Choices = ReadonlyMap<string, Choice>;

/** Whether the screen will have the programme. */
export function isChosen(screen: Screen, configId: string, choices: Choices): boolean {
  return choices.get(screen.id)?.on ?? screen.displayConfigId === configId;
}

/** The choices with these screens chosen, or left out. What a screen is anyway is no decision. */
export function chosenAlso(choices: Choices, screens: readonly Screen[], configId: string, on: boolean): Choices {
  const next = new Map(choices);
  for (const { id, displayConfigId } of screens) {
    if ((displayConfigId === configId) === on) next.delete(id);
    else next.set(id, { on, had: displayConfigId });
  }
  return next;
}

/** What comes of the choices: how many screens get the programme, how many of those show another one now, and how many lose it. */
export function consequencesOf(choices: Choices): { readonly given: number; readonly taken: number; readonly released: number } {
  const decided = [...choices.values()];
  const given = decided.filter(({ on }) => on);
  return { given: given.length, taken: given.filter(({ had }) => had !== null).length, released: decided.length - given.length };
}

/** What to ask the server for, in as many requests as its limit makes of it. */
export function requestsOf(choices: Choices): AssignmentBody[] {
  const decided = [...choices];
  const requests: AssignmentBody[] = [];
  for (let from = 0; from < decided.length; from += MOST_ASSIGNED) {
    const some = decided.slice(from, from + MOST_ASSIGNED);
    const idsOf = (on: boolean) => some.filter(([, choice]) => choice.on === on).map(([id]) => id);
    requests.push({ assign: idsOf(true), release: idsOf(false) });
  }
  return requests;
}

/** The choices that are left when a request was granted. */
export function withoutGranted(choices: Choices, { assign, release }: AssignmentBody): Choices {
  const granted = new Set([...assign, ...release]);
  return new Map([...choices].filter(([id]) => !granted.has(id)));
}

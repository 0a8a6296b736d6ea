import type { Device } from '@concierge/contract/http/devices.ts';
import { type AssignmentBody, MOST_ASSIGNED } from '@concierge/contract/http/display-configs.ts';

type Screen = Pick<Device, 'id' | 'displayConfigId'>;

/**
 * What somebody decided about single screens, by their ids. Of all others nothing is decided: a screen that somebody else gives the programme meanwhile, or takes it from, is left as
 * it is.
 */
export type Choices = ReadonlyMap<string, boolean>;

/** Whether the screen will have the programme. */
export function isChosen(screen: Screen, configId: string, choices: Choices): boolean {
  return choices.get(screen.id) ?? screen.displayConfigId === configId;
}

/** The choices with these screens chosen, or left out. What a screen is anyway is no decision. */
export function chosenAlso(choices: Choices, screens: readonly Screen[], configId: string, on: boolean): Choices {
  const next = new Map(choices);
  for (const { id, displayConfigId } of screens) {
    if ((displayConfigId === configId) === on) next.delete(id);
    else next.set(id, on);
  }
  return next;
}

/** What to ask the server for, in as many requests as its limit makes of it. */
export function requestsOf(screens: readonly Screen[], configId: string, choices: Choices): AssignmentBody[] {
  const decided = screens.filter((screen) => isChosen(screen, configId, choices) !== (screen.displayConfigId === configId));
  const requests: AssignmentBody[] = [];
  for (let from = 0; from < decided.length; from += MOST_ASSIGNED) {
    const ids = decided.slice(from, from + MOST_ASSIGNED).map(({ id }) => id);
    requests.push({ assign: ids.filter((id) => choices.get(id) === true), release: ids.filter((id) => choices.get(id) === false) });
  }
  return requests;
}

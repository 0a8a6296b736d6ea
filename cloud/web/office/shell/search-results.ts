import type { Apartment } from '@concierge/contract/http/apartments.ts';
import type { Building } from '@concierge/contract/http/buildings.ts';
import type { Device } from '@concierge/contract/http/devices.ts';
import { folded, matchesSearch } from '../../ui/words/fold.ts';

export interface SearchAction {
  readonly id: string;
  readonly label: string;
}

export type SearchResult =
  | { readonly kind: 'action'; readonly action: SearchAction }
  | { readonly kind: 'building'; readonly building: Building }
  | { readonly kind: 'apartment'; readonly building: Building; readonly apartment: Apartment }
  | { readonly kind: 'screen'; readonly device: Device; readonly building: Building | undefined };

const MOST_OF_A_KIND = 8;
const MOST_BUILDINGS_SEARCHED = 3;

/** The buildings whose apartments a query may mean: the one that is open, and those one of its words names. */
export function buildingsToSearch(buildings: readonly Building[], query: string, currentId: string | null): Building[] {
  const words = folded(query)
    .split(/[\s,·]+/)
    .filter((word) => word.length > 1);
  const current = buildings.filter((building) => building.id === currentId);
  const named = buildings.filter((building) => building.id !== currentId && words.some((word) => matchesSearch(textOf(building), word)));
  return [...current, ...named].slice(0, MOST_BUILDINGS_SEARCHED);
}

/** What a query finds, in the order it is shown: buildings, apartments, screens, then actions. Without a query, where one can go. */
export function searchResults(
  query: string,
  known: {
    readonly actions: readonly SearchAction[];
    readonly buildings: readonly Building[];
    readonly apartments: readonly { readonly building: Building; readonly items: readonly Apartment[] }[];
    readonly devices: readonly Device[];
    readonly currentId: string | null;
  },
): SearchResult[] {
  const matches = (text: string) => matchesSearch(text, query);
  const buildings = known.buildings
    .filter((building) => matches(textOf(building)))
    .map((building) => ({ kind: 'building' as const, building }));
  const apartments =
    folded(query) === ''
      ? []
      : known.apartments.flatMap(({ building, items }) =>
          items
            // Inside the open building its label alone is enough; another one has to be named too.
            .filter((apartment) => (building.id === known.currentId && matches(apartment.label)) || namesBoth(query, building, apartment))
            .map((apartment) => ({ kind: 'apartment' as const, building, apartment })),
        );
  const screens = known.devices
    .map((device) => ({ device, building: known.buildings.find((building) => building.id === device.buildingId) }))
    .filter(({ device, building }) => matches(`${device.name} ${device.placement ?? ''} ${building === undefined ? '' : textOf(building)}`))
    .map((found) => ({ kind: 'screen' as const, ...found }));
  const actions = known.actions.filter((action) => matches(action.label)).map((action) => ({ kind: 'action' as const, action }));
  const kinds: SearchResult[][] = [buildings, apartments, folded(query) === '' ? [] : screens, actions];
  return kinds.flatMap((kind) => kind.slice(0, MOST_OF_A_KIND));
}

function namesBoth(query: string, building: Building, apartment: Apartment): boolean {
  const label = apartment.label;
  if (!matchesSearch(`${textOf(building)} ${label}`, query)) return false;
  return folded(query)
    .split(/[\s,·]+/)
    .some((word) => word !== '' && matchesSearch(label, word) && !matchesSearch(textOf(building), word));
}

function textOf(building: Building): string {
  return `${building.name.el} ${building.name.en ?? ''} ${building.addressLine.el} ${building.city.el}`;
}

import { type Building, BuildingPage } from '@concierge/contract/http/buildings.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Refusal } from '../exit-codes.ts';
import { everyPage } from './batches.ts';
import type { Cloud } from './cloud.ts';

const MOST_LIKE_IT = 3;

/** The id of a building by its id, its name or its address, in either language. */
export async function findBuilding(cloud: Cloud, called: string): Promise<Result<string, Refusal>> {
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(called)) return success(called.toLowerCase());
  const buildings = await allBuildings(cloud);
  if (!buildings.ok) return buildings;
  const found = buildings.value.filter((building) => wordsFor(building).includes(called));
  const [building] = found;
  if (building !== undefined && found.length === 1) return success(building.id);
  const like = buildings.value.filter((each) => wordsFor(each).some((words) => comparable(words).includes(comparable(called))));
  const hint =
    like.length === 0
      ? ''
      : ` Is it ${like
          .slice(0, MOST_LIKE_IT)
          .map(({ name }) => `"${name.el}"`)
          .join(' or ')}?`;
  const message =
    found.length === 0 ? `There is no building "${called}".${hint}` : `${found.length} buildings are called "${called}": say the id.`;
  return failure({ ending: 'refused', code: 'not-found', message });
}

/** The names of buildings by their ids; of those that may not be read there is none. */
export async function namesOfBuildings(cloud: Cloud, wanted: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
  if (wanted.every((id) => id === null)) return new Map();
  const buildings = await allBuildings(cloud);
  return new Map(buildings.ok ? buildings.value.map(({ id, name }) => [id, name.el]) : []);
}

function allBuildings(cloud: Cloud): Promise<Result<Building[], Refusal>> {
  return everyPage(cloud, '/api/buildings', BuildingPage);
}

function wordsFor({ name, addressLine }: Building): string[] {
  return [name.el, name.en, addressLine.el, addressLine.en].filter((words) => words !== null);
}

/** Without case and accents, as people type in a hurry. */
function comparable(words: string): string {
  return words
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLocaleLowerCase('el');
}

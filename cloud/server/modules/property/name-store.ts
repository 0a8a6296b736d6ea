import type { Database, Scope } from '#platform/database/database.ts';

export interface BuildingName {
  readonly el: string;
  readonly en: string | null;
}

/** What these buildings are called; one that is unknown is missing. */
export async function namesOfBuildings(
  database: Database,
  scope: Scope,
  buildingIds: readonly string[],
): Promise<ReadonlyMap<string, BuildingName>> {
  const rows = await database.read<{ id: string } & BuildingName>(scope, {
    name: 'building-names',
    text: 'select id, name_el as el, name_en as en from building where tenant_id = (select current_tenant()) and id = any ($1)',
    values: [buildingIds],
  });
  return new Map(rows.map(({ id, el, en }) => [id, { el, en }]));
}

/** For each word the buildings that have it in their name or address, compared without accents and case. */
export async function buildingsNamed(database: Database, scope: Scope, words: readonly string[]): Promise<string[][]> {
  const rows = await database.read<{ buildingIds: string[] }>(scope, {
    name: 'buildings-named',
    text: `with b as materialized (
        select id, folded_text(concat_ws(' ', name_el, name_en, address_line_el, city_el)) as text from building where tenant_id = (select current_tenant()))
      select array(select b.id from b where position(folded_text(w.word) in b.text) > 0) as "buildingIds" from unnest($1::text[]) with ordinality as w (word, place) order by w.place`,
    values: [words],
  });
  return rows.map((row) => row.buildingIds);
}

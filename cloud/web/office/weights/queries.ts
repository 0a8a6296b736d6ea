import { WeightTable, type WeightTableBody, type WeightTableKind, WeightTableList } from '@concierge/contract/http/weight-tables.ts';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

export const weightTablesQuery = (buildingId: string) =>
  queryOptions({ queryKey: queryKeys.weightTables(buildingId), queryFn: ({ signal }) => readWeightTables(buildingId, signal) });

export async function readWeightTables(buildingId: string, signal?: AbortSignal): Promise<WeightTable[]> {
  return (await api.read(WeightTableList, `/api/buildings/${buildingId}/weight-tables`, signal)).items;
}

export function replaceWeightTable(buildingId: string, kind: WeightTableKind, body: WeightTableBody): Promise<WeightTable> {
  return api.change(WeightTable, { method: 'PUT', path: `/api/buildings/${buildingId}/weight-tables/${kind}`, body });
}

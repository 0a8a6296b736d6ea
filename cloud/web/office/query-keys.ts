import type { LiveEvent } from '@concierge/contract/http/live.ts';

/** The names queries are kept under. A live event makes exactly these read again. */
export const queryKeys = {
  me: ['me'],
  buildings: ['buildings'],
  apartments: (buildingId: string) => ['apartments', buildingId],
  occupancies: (apartmentId: string) => ['occupancies', apartmentId],
  weightTables: (buildingId: string) => ['weight-tables', buildingId],
  announcements: (buildingId: string) => ['announcements', buildingId],
  devices: ['devices'],
  batches: ['batches'],
  displayConfigs: ['display-configs'],
  media: ['media'],
  plan: ['plan'],
  deviceCommands: (deviceId: string) => ['device-commands', deviceId],
  deviceLog: (deviceId: string, commandId: string) => ['device-log', deviceId, commandId],
} as const satisfies Record<string, readonly string[] | ((...ids: string[]) => readonly string[])>;

/** Which lists show the row that changed. */
export function keysTouchedBy(event: LiveEvent): readonly (readonly string[])[] {
  const { subject, id, buildingId } = event;
  switch (subject) {
    case 'building':
      return [queryKeys.buildings];
    case 'apartment':
      // The list of buildings counts its apartments.
      return [buildingId === null ? ['apartments'] : queryKeys.apartments(buildingId), queryKeys.buildings];
    case 'occupancy':
      return [buildingId === null ? ['apartments'] : queryKeys.apartments(buildingId), ['occupancies']];
    case 'weight-table':
      return [queryKeys.weightTables(buildingId ?? id)];
    case 'announcement':
      return [buildingId === null ? ['announcements'] : queryKeys.announcements(buildingId)];
    case 'device':
      // The devices themselves are read again by `useLive`, not as often as one of many has news.
      return [queryKeys.deviceCommands(id)];
    case 'device-batch':
      return [queryKeys.batches];
    case 'display-config':
      return [queryKeys.displayConfigs];
    case 'plan':
      return [queryKeys.plan];
  }
}

import type { LobbyAnnouncement } from '@concierge/contract/mqtt/content.ts';
import type { Transaction } from '#platform/database/database.ts';

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * What a building announces to everybody, now or within the next days: urgent first, then the newest. Planned ones are included, because the lobby screen must show them on
 * time even when the network is gone by then; where there are too many, they give way to what holds now, those that are furthest off before the others.
 */
export async function listLobbyAnnouncements(
  tx: Transaction,
  buildingId: string,
  query: { daysAhead: number; limit: number },
): Promise<LobbyAnnouncement[]> {
  return tx.query<LobbyAnnouncement>(
    `with chosen as (
       select id, category, urgent, title_el, title_en, body_el, body_en, publish_at, expires_at from announcement
       where tenant_id = $1 and building_id = $2 and withdrawn_at is null and (expires_at is null or expires_at > now())
         and publish_at <= now() + make_interval(days => $3)
       order by publish_at > now(), publish_at <= now() and urgent desc, abs(extract(epoch from publish_at - now())), id desc limit $4)
     select id, category, urgent, json_build_object('el', title_el, 'en', title_en) as title,
       case when body_el is null then null else json_build_object('el', body_el, 'en', body_en) end as body,
       ${instant('publish_at')} as "publishAt", ${instant('expires_at')} as "expiresAt"
     from chosen order by urgent desc, publish_at desc, id desc`,
    [tx.scope.tenantId, buildingId, query.daysAhead, query.limit],
  );
}

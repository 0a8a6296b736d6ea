import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { aReport } from './a-report.ts';
import type { PlantedTenant } from './planted-tenant.ts';

const DAY_MS = 86_400_000;

/** How a screen differs from one in good health. */
export interface ScreenPart {
  readonly name?: string;
  readonly placement?: string | null;
  readonly online?: boolean;
  /** Null: it was never seen. */
  readonly seenMs?: number | null;
  readonly claimedMs?: number;
  readonly certificateMs?: number;
  readonly leaving?: boolean;
  readonly version?: string;
}

/** Inserts a screen of the tenant's building as the database's owner, and answers its id. */
export async function plantScreen(
  owner: pg.ClientBase,
  tenant: Pick<PlantedTenant, 'tenantId' | 'buildingId'>,
  nowMs: number,
  part: ScreenPart,
): Promise<string> {
  const id = randomUUID();
  const reported = aReport({ agentVersion: part.version ?? '1.0.0', at: new Date(nowMs).toISOString() });
  await owner.query(
    `insert into device (tenant_id, id, building_id, name, placement, serial, certificate_fingerprint, certificate_expires_at, claimed_at, leaving_at, display, online, last_seen_at, reported)
     values ($1, $2, $3, $4, $5, $6, 'f', $7, $8, $9, '{"language":"el","widthMm":null}', $10, $11, $12)`,
    [
      tenant.tenantId,
      id,
      tenant.buildingId,
      part.name ?? 'Οθόνη',
      part.placement ?? null,
      `SERIAL-${id.slice(0, 8)}`,
      new Date(part.certificateMs ?? nowMs + 60 * DAY_MS),
      new Date(part.claimedMs ?? nowMs - DAY_MS),
      part.leaving === true ? new Date(nowMs) : null,
      part.online ?? true,
      part.seenMs === null ? null : new Date(part.seenMs ?? nowMs),
      JSON.stringify(reported),
    ],
  );
  return id;
}

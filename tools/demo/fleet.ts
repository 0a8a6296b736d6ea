import { randomUUID } from 'node:crypto';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import pg from 'pg';
import { idOf } from './random.ts';

/**
 * A few screens that stand for real ones, so that the fleet has something to show: one well, one with a weak supply in a hot place, one that nobody has heard of since yesterday. Each is
 * marked as sample data, in the database and wherever it is seen. Nobody claimed them and no device speaks for them: this writes what such devices would have told.
 */
interface SampleScreen {
  readonly id: string;
  readonly tenantId: string;
  readonly buildingId: string;
  readonly name: string;
  readonly placement: string;
  readonly kind: 'well' | 'weak' | 'gone';
}

const sample = (tenant: string, building: string, name: string, placement: string, kind: SampleScreen['kind']): SampleScreen => ({
  id: idOf(`screen ${name}`),
  tenantId: idOf(`tenant ${tenant}`),
  buildingId: idOf(`building ${building}`),
  name,
  placement,
  kind,
});

const sampleScreens: readonly SampleScreen[] = [
  sample('athina', 'kifisias', 'Είσοδος Κηφισίας', 'απέναντι από τη σκάλα', 'well'),
  sample('athina', 'viktorias', 'Είσοδος Βικτωρίας', 'πάνω από το καλοριφέρ', 'weak'),
  sample('athina', 'viktorias', 'Ισόγειο, ανελκυστήρες', 'ανάμεσα στους ανελκυστήρες', 'gone'),
  sample('thermaikos', 'antistaseos', 'Είσοδος Καλαμαριάς', 'δεξιά της πόρτας', 'well'),
];

const AGENT_VERSION = '0.1.0';
const MEBIBYTE = 1_048_576;
const DAY_MS = 86_400_000;
const GONE_SINCE_MS = 0.9 * DAY_MS;
/** As often as a device tells. */
const TELLS_EVERY_MS = 300_000;

/** Puts the sample screens and what they would have told until now into a database that has just been filled. */
export async function insertSampleScreens(client: pg.ClientBase, nowMs: number): Promise<void> {
  for (const screen of sampleScreens) {
    await client.query(
      `insert into device (tenant_id, id, building_id, name, placement, serial, certificate_fingerprint, certificate_expires_at, claimed_at, display, sample, last_seen_at, reported)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '{"language":"el","widthMm":698}', true, $10, $11)`,
      [
        screen.tenantId,
        screen.id,
        screen.buildingId,
        screen.name,
        screen.placement,
        `SAMPLE-${screen.id.slice(-6)}`,
        // No certificate was ever given out.
        `none ${randomUUID()}`,
        new Date(nowMs + 71 * DAY_MS),
        new Date(nowMs - 200 * DAY_MS),
        new Date(lastToldMs(screen, nowMs)),
        reportedOf(0, 0, new Date(lastToldMs(screen, nowMs))),
      ],
    );
    await insertHistory(client, screen, new Date(lastToldMs(screen, nowMs)), '2 days', '90 days');
  }
  await tell(client, nowMs, true);
}

/** Keeps the sample screens as they are for as long as the demo runs: what is not gone goes on telling. */
export function keepSampleScreens(ownerUrl: string): void {
  const turn = async () => {
    const client = new pg.Client({ connectionString: ownerUrl, application_name: 'concierge-demo' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await tell(client, Date.now(), false);
    } catch {
      // The database may be away for a while; the next turn finds it again.
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  setInterval(() => void turn(), TELLS_EVERY_MS / 5).unref();
  void turn();
}

async function tell(client: pg.ClientBase, nowMs: number, first: boolean): Promise<void> {
  for (const screen of sampleScreens) {
    if (screen.kind === 'gone' && !first) continue;
    const at = new Date(lastToldMs(screen, nowMs));
    await client.query(
      `update device set online = $3, last_seen_at = $4, reported = $5::jsonb || jsonb_build_object('desiredSequence', desired_sequence, 'contentSequence', content_sequence,
         'paintedSequence', content_sequence, 'qrSequence', qr_sequence)
       where tenant_id = $1 and id = $2 and sample and revoked_at is null and leaving_at is null`,
      [screen.tenantId, screen.id, screen.kind !== 'gone', at, reportedOf(0, 0, at)],
    );
    await client.query(
      `insert into device_health (tenant_id, device_id, taken_at, received_at, telemetry, troubles) values ($1, $2, $3, $3, $4, $5)
       on conflict (tenant_id, device_id) do update set taken_at = excluded.taken_at, received_at = excluded.received_at, telemetry = excluded.telemetry, troubles = excluded.troubles`,
      [screen.tenantId, screen.id, at, JSON.stringify(pictureOf(screen, at)), screen.kind === 'weak' ? ['hot', 'power'] : []],
    );
    await insertHistory(client, screen, at, '10 minutes', '2 hours');
  }
}

/** What it would have told until then, by a rule that knows every moment: whatever is written later goes on where this ended. */
async function insertHistory(client: pg.ClientBase, screen: SampleScreen, until: Date, samplesOf: string, hoursOf: string): Promise<void> {
  for (const [table, step, span] of [
    ['device_sample', '5 minutes', samplesOf],
    ['device_hour', '1 hour', hoursOf],
  ] as const) {
    await client.query(
      `insert into ${table} (tenant_id, device_id, at, temperature_decidegrees, memory_available_mebibytes, disk_free_mebibytes, agent_mebibytes, load_percent, power)
       select $1, $2, at, ($4 + 45 * sin(h / 12 * pi() - 2) + 12 * sin(h * 1.7) + 8 * sin(h * 5.3))::int, (2300 + 160 * sin(h * 0.31) + 40 * sin(h * 3.1))::int,
         3146, (62 + 4 * sin(h * 0.9))::int, (18 + 9 * sin(h * 2.3))::int, $5 and sin(h * 0.83) > 0.97
       from (select at, extract(epoch from at)::float8 / 3600 as h
         from generate_series(date_bin($6, $3::timestamptz - $7::interval, '2001-01-01'), $3::timestamptz, $6::interval) as at) s on conflict do nothing`,
      [screen.tenantId, screen.id, until, warmthOf(screen), screen.kind === 'weak', step, span],
    );
  }
}

/** In tenths of a degree, as the statement above has it. */
function warmthOf({ kind }: SampleScreen): number {
  return kind === 'weak' ? 870 : 520;
}

function temperatureAt(screen: SampleScreen, at: Date): number {
  const h = at.getTime() / 3_600_000;
  return Math.round(warmthOf(screen) + 45 * Math.sin((h / 12) * Math.PI - 2) + 12 * Math.sin(h * 1.7) + 8 * Math.sin(h * 5.3)) / 10;
}

function lastToldMs(screen: SampleScreen, nowMs: number): number {
  return screen.kind === 'gone' ? nowMs - GONE_SINCE_MS : nowMs;
}

function reportedOf(content: number, desired: number, at: Date): string {
  return JSON.stringify({
    agentVersion: AGENT_VERSION,
    shell: 'chromium',
    desiredSequence: desired,
    contentSequence: content,
    qrSequence: 0,
    paintedSequence: content,
    paintedAt: at.toISOString(),
    clock: 'trusted',
    lastRefusal: null,
    at: at.toISOString(),
  });
}

function pictureOf(screen: SampleScreen, at: Date): Telemetry {
  const weak = screen.kind === 'weak';
  const mark = weak ? 'since-boot' : 'never';
  return {
    at: at.toISOString(),
    clock: 'trusted',
    temperatureCelsius: temperatureAt(screen, at),
    power: { underVoltage: mark, frequencyCapped: 'never', throttled: mark, softTemperatureLimit: mark },
    storage: {
      freeBytes: 3_146 * MEBIBYTE,
      totalBytes: 3_900 * MEBIBYTE,
      freeFiles: 250_112,
      totalFiles: 262_144,
      readOnly: false,
      fileSystemErrors: 0,
      writtenBytes: 9_400 * MEBIBYTE,
      lifeUsedPercent: null,
    },
    memory: { totalBytes: 3_794 * MEBIBYTE, availableBytes: 2_300 * MEBIBYTE, agentBytes: 62 * MEBIBYTE },
    loadPerCore: 0.18,
    machineUptimeSeconds: 1_987_200,
    agentUptimeSeconds: 1_987_150,
    startsLastHour: 0,
  };
}

import type { DeviceDetail } from '@concierge/contract/http/fleet.ts';
import { type PowerMark, slowed, type Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useNowMs } from '../../ui/use-now.ts';
import { ageWords } from '../../ui/words/age.ts';
import { momentWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { Content } from './fleet-list.tsx';
import { bytesWords, dataAgeOf, PLACE, spanOf } from './screen-rules.ts';
import { ScreenStatus } from './screen-status.tsx';

/** Connection, and what it has of what it was sent. */
export function StandingFacts({ device }: { device: DeviceDetail }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { reported } = device;
  const paintedAt = reported?.paintedAt ?? null;
  const moment = (at: string) => momentWords(Date.parse(at), language, PLACE, nowMs);
  const versions = (has: number | undefined, newest: number) =>
    has === newest ? t('fleet.hasNewest', { newest }) : t('fleet.hasOf', { has: has ?? 0, newest });
  return (
    <Facts
      rows={[
        [t('fleet.fact.connection'), <ScreenStatus key="status" device={{ ...device, lastSeenAt: device.lastSignAt }} />],
        [t('fleet.lastSign'), device.lastSignAt === null ? t('fleet.never') : ageWords(nowMs - Date.parse(device.lastSignAt), language)],
        [t('fleet.fact.content'), <Content key="content" device={device} />],
        [t('screens.programme.fact'), <Programme key="programme" programme={device.programme} />],
        [t('fleet.fact.age'), <Age key="age" device={device} />],
        [t('fleet.fact.painted'), paintedAt === null ? t('fleet.never') : ageWords(nowMs - Date.parse(paintedAt), language)],
        [t('fleet.fact.data'), versions(reported?.contentSequence, device.contentSequence)],
        [t('fleet.fact.desired'), versions(reported?.desiredSequence, device.desiredSequence)],
        [
          t('fleet.fact.drift'),
          device.driftSince === null ? (
            t('fleet.noDrift')
          ) : (
            <span key="drift" className="word-alert">
              {t('fleet.driftSince', { age: moment(device.driftSince) })}
            </span>
          ),
        ],
        ...(reported?.media === undefined
          ? []
          : [[t('fleet.fact.media'), <MissingMedia key="media" {...reported.media} />] satisfies [string, ReactNode]]),
        [t('fleet.fact.version'), reported?.agentVersion ?? t('screens.noReport')],
        [t('fleet.fact.clock'), reported === null ? null : t(`screens.clock.${reported.clock}`)],
        [t('fleet.fact.certificate'), moment(device.certificateExpiresAt)],
        [t('fleet.fact.claimed'), moment(device.claimedAt)],
        [
          t('fleet.fact.serial'),
          <span key="serial" className="fact-code">
            {device.serial}
          </span>,
        ],
      ]}
    />
  );
}

function Age({ device }: { device: DeviceDetail }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const age = dataAgeOf(device);
  if (age.kind !== 'confirmed')
    return <span className={age.kind === 'unpainted' ? 'word-alert' : undefined}>{t(`fleet.age.${age.kind}`)}</span>;
  return t('fleet.age.confirmed', { age: ageWords(nowMs - Date.parse(age.at), language) });
}

/** Which scenes it was given, and whether it has them. */
function Programme({ programme }: Pick<DeviceDetail, 'programme'>) {
  const { t } = useWords();
  if (programme === null) return t('screens.programme.own');
  const { id, name, revision, arrived } = programme;
  return (
    <span className="stacked">
      <Link className="row-link" to="/programmes/$configId" params={{ configId: id }}>
        {name}
      </Link>
      <span className={revision !== null && !arrived ? 'word-alert' : 'muted'}>
        {revision === null ? t('screens.programme.unpublished') : t(`screens.programme.${arrived ? 'arrived' : 'behind'}`, { revision })}
      </span>
    </span>
  );
}

/** What keeps scenes of its programme from being shown. */
function MissingMedia({ missing, unplayable }: { readonly missing: number; readonly unplayable: number }) {
  const { t } = useWords();
  return (
    <span className="stacked word-alert">
      {missing > 0 && <span>{t('fleet.mediaMissing', { count: missing })}</span>}
      {unplayable > 0 && <span>{t('fleet.mediaUnplayable', { count: unplayable })}</span>}
    </span>
  );
}

/** The newest picture of its machine. What a board does not say is said to be unknown, and not left out. */
export function MachineFacts({ device }: { device: DeviceDetail }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { telemetry } = device;
  if (telemetry === null) return <p className="muted">{t('fleet.notMeasured')}</p>;
  const { storage, memory, power } = telemetry;
  const bytes = (value: number) => bytesWords(value, language);
  const number = (value: number) => value.toLocaleString(language);
  const of = (free: number | null, total: number | null, words: (value: number) => string) =>
    free === null || total === null ? null : t('fleet.freeOf', { free: words(free), total: words(total) });
  const span = (seconds: number | null) => {
    if (seconds === null) return null;
    const { unit, count } = spanOf(seconds);
    return t(`fleet.${unit}`, { count });
  };
  return (
    <>
      <p className="muted">
        {t('fleet.measured', { age: ageWords(nowMs - Date.parse(device.telemetryReceivedAt ?? telemetry.at), language) })}
      </p>
      <Facts
        rows={[
          [t('fleet.fact.temperature'), telemetry.temperatureCelsius === null ? null : `${number(telemetry.temperatureCelsius)} °C`],
          [t('fleet.fact.power'), <Mark key="power" mark={power.underVoltage} words="power" />],
          [t('fleet.fact.throttled'), <Mark key="throttled" mark={slowed(power)} words="throttled" />],
          [t('fleet.fact.disk'), of(storage.freeBytes, storage.totalBytes, bytes)],
          [t('fleet.fact.files'), of(storage.freeFiles, storage.totalFiles, number)],
          [t('fleet.fact.storage'), <Card key="card" storage={storage} />],
          [t('fleet.fact.memory'), of(memory.availableBytes, memory.totalBytes, bytes)],
          [t('fleet.fact.agent'), memory.agentBytes === null ? null : bytes(memory.agentBytes)],
          [t('fleet.fact.load'), telemetry.loadPerCore === null ? null : number(telemetry.loadPerCore)],
          [t('fleet.fact.uptime'), span(telemetry.machineUptimeSeconds)],
          [t('fleet.fact.agentUptime'), span(telemetry.agentUptimeSeconds)],
          [t('fleet.fact.starts'), number(telemetry.startsLastHour)],
        ]}
      />
    </>
  );
}

function Mark({ mark, words }: { mark: PowerMark | null; words: 'power' | 'throttled' }) {
  const { t } = useWords();
  if (mark === null) return <span className="muted">{t('fleet.unknown')}</span>;
  return <span className={mark === 'never' ? undefined : 'word-alert'}>{t(`fleet.${words}.${mark}`)}</span>;
}

function Card({ storage }: { storage: Telemetry['storage'] }) {
  const { t, language } = useWords();
  const { readOnly, fileSystemErrors, lifeUsedPercent, writtenBytes } = storage;
  const damages = fileSystemErrors ?? 0;
  if (readOnly !== true && damages === 0 && lifeUsedPercent === null && writtenBytes === null)
    return <span className="muted">{t('fleet.unknown')}</span>;
  return (
    <span className="stacked">
      {readOnly === true && <span className="word-alert">{t('fleet.readOnly')}</span>}
      {damages > 0 && <span className="word-alert">{t('fleet.fileErrors', { count: damages })}</span>}
      {lifeUsedPercent !== null && <span>{t('fleet.lifeUsed', { percent: lifeUsedPercent })}</span>}
      {writtenBytes !== null && <span>{t('fleet.written', { bytes: bytesWords(writtenBytes, language) })}</span>}
    </span>
  );
}

/** What is known, name by name; what is not known is said to be. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  const { t } = useWords();
  return (
    <dl className="screen-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? <span className="muted">{t('fleet.unknown')}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

import type { Building } from '@concierge/contract/http/buildings.ts';
import { Button } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useNowMs } from '../../ui/use-now.ts';
import { endWords } from '../../ui/words/dates.ts';
import { localized } from '../../ui/words/language.ts';
import { stateAt } from '../announcements/lifetime.ts';
import { announcementsQuery } from '../announcements/queries.ts';
import { apartmentsQuery } from '../apartments/queries.ts';
import { BuildingFactList } from '../building-facts/building-facts.tsx';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { devicesOfBuildingQuery } from '../screens/queries.ts';
import { ScreenStatus } from '../screens/screen-status.tsx';
import { useMay } from '../session/session.ts';
import { weightTablesQuery } from '../weights/queries.ts';
import { tableKinds } from '../weights/weight-rules.ts';
import { useBuilding } from './queries.ts';
import './building-home.css';

const route = getRouteApi('/shell/buildings/$buildingId/');
const AnnouncementDialog = fetchedLater(() => import('../announcements/announcement-dialog.tsx').then((file) => file.AnnouncementDialog));
const BuildingDialog = fetchedLater(() => import('./building-dialog.tsx').then((file) => file.BuildingDialog));

/** The state of one building today. */
export function BuildingHome() {
  const { buildingId } = route.useParams();
  const building = useBuilding(buildingId);
  return building ? <Home key={building.id} building={building} /> : null;
}

function Home({ building }: { building: Building }) {
  const { t, language } = useWords();
  const toast = useToast();
  const mayWrite = useMay('building:write');
  const mayAnnounce = useMay('announcement:write');
  const [editing, setEditing] = useState(false);
  const [announcing, setAnnouncing] = useState(false);
  const params = { buildingId: building.id };
  return (
    <>
      <ScreenHeader
        title={localized(building.name, language)}
        about={`${localized(building.addressLine, language)}, ${building.postalCode} ${localized(building.city, language)}`}
        actions={
          <>
            {mayWrite && (
              <Button variant="default" leftSection={<IconPencil size={18} aria-hidden />} onClick={() => setEditing(true)}>
                {t('building.edit')}
              </Button>
            )}
            {mayAnnounce && (
              <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAnnouncing(true)}>
                {t('announcement.new')}
              </Button>
            )}
          </>
        }
      />
      <div className="home-grid">
        <HomeSection
          title={t('building.nowAnnounced')}
          more={
            <Link to="/buildings/$buildingId/announcements" params={params}>
              {t('building.allAnnouncements')}
            </Link>
          }
        >
          <CurrentAnnouncements building={building} />
        </HomeSection>
        <div className="home-side">
          <HomeSection title={t('screens.inBuilding')}>
            <BuildingScreens buildingId={building.id} />
          </HomeSection>
          <HomeSection title={t('facts.many')}>
            <BuildingFactList building={building} />
          </HomeSection>
          <HomeSection title={t('building.data')}>
            <BuildingData building={building} />
          </HomeSection>
        </div>
      </div>
      {editing && (
        <BuildingDialog
          building={building}
          onClose={() => setEditing(false)}
          onDone={() => {
            setEditing(false);
            toast({ text: t('saved') });
          }}
        />
      )}
      {announcing && <AnnouncementDialog building={building} announcement={null} onClose={() => setAnnouncing(false)} />}
    </>
  );
}

function HomeSection({ title, more, children }: { title: string; more?: ReactNode; children: ReactNode }) {
  return (
    <section className="home-section" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {more}
      </header>
      {children}
    </section>
  );
}

function CurrentAnnouncements({ building }: { building: Building }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { data, error, refetch } = useQuery(announcementsQuery(building.id));
  if (error !== null && data === undefined) return <ReadProblem problem={error} onRetry={() => void refetch()} />;
  const current = data
    ?.filter((each) => stateAt(each, nowMs) === 'current')
    .sort((left, right) => Number(right.urgent) - Number(left.urgent) || Date.parse(right.publishAt) - Date.parse(left.publishAt));
  if (current?.length === 0) return <p className="muted home-empty">{t('announcement.noneCurrent')}</p>;
  return (
    <ul className="home-announcements">
      {current?.map((announcement) => (
        <li key={announcement.id}>
          <p className="home-announcement-title">
            {announcement.urgent && <strong className="word-alert">{t('announcement.urgentWord')}</strong>}{' '}
            {localized(announcement.title, language)}
          </p>
          <p className="muted">
            {t(`category.${announcement.category}`)} ·{' '}
            <span className="unbroken">
              {announcement.expiresAt === null
                ? t('announcement.noExpiry')
                : endWords(Date.parse(announcement.expiresAt), language, building.timeZone, nowMs)}
            </span>
          </p>
        </li>
      ))}
    </ul>
  );
}

function BuildingScreens({ buildingId }: { buildingId: string }) {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(devicesOfBuildingQuery(buildingId));
  if (error !== null && data === undefined) return <ReadProblem problem={error} onRetry={() => void refetch()} />;
  if (data?.length === 0) return <p className="muted home-empty">{t('screens.noneInBuilding')}</p>;
  return (
    <ul className="home-list">
      {data?.map((device) => (
        <li key={device.id}>
          <Link to="/screens/$deviceId" params={{ deviceId: device.id }}>
            {device.name}
          </Link>
          <ScreenStatus device={device} />
        </li>
      ))}
    </ul>
  );
}

function BuildingData({ building }: { building: Building }) {
  const { t } = useWords();
  const { data: tables } = useQuery(weightTablesQuery(building.id));
  const { data: apartments } = useQuery(apartmentsQuery(building.id));
  const params = { buildingId: building.id };
  const missing = tables && tableKinds.filter((kind) => !tables.some((table) => table.kind === kind));
  const ownerless = apartments?.filter((apartment) => !apartment.current.some((occupancy) => occupancy.kind === 'owner')).length;
  return (
    <ul className="home-list">
      <li>
        <Link to="/buildings/$buildingId/apartments" params={params}>
          {t('apartment.count', { count: building.apartmentCount })}
        </Link>
        {ownerless !== undefined && ownerless > 0 && <span className="muted">{t('apartment.withoutOwner', { count: ownerless })}</span>}
      </li>
      <li>
        <Link to="/buildings/$buildingId/weights" params={params}>
          {t('weights.title')}
        </Link>
        {missing !== undefined && (
          <span className={missing.length === 0 ? 'word-positive' : 'muted'}>
            {missing.length === 0
              ? t('weights.complete', { count: tableKinds.length })
              : t('weights.missingTables', { names: missing.map((kind) => t(`weights.kind.${kind}`)).join(', ') })}
          </span>
        )}
      </li>
    </ul>
  );
}

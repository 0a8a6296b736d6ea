import { getRouteApi, Link, Outlet, useLocation } from '@tanstack/react-router';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { EmptyState, ListSkeleton } from '../pieces/states.tsx';
import { useHiddenEnds } from '../pieces/use-hidden-ends.ts';
import { useBuilding } from './queries.ts';

const route = getRouteApi('/shell/buildings/$buildingId');

/** The rooms of one building, under its name. */
export function BuildingLayout() {
  const { t, language } = useWords();
  const { buildingId } = route.useParams();
  const building = useBuilding(buildingId);
  const { pathname } = useLocation();
  const tabList = useHiddenEnds(pathname);
  if (building === undefined) return <ListSkeleton />;
  if (building === null) {
    return (
      <EmptyState
        wholeScreen
        title={t('building.notFound')}
        text={t('building.notFoundHint')}
        action={<Link to="/buildings">{t('building.many')}</Link>}
      />
    );
  }
  const tabs = [
    { to: '/buildings/$buildingId', label: t('building.home'), exact: true },
    { to: '/buildings/$buildingId/announcements', label: t('announcement.many'), exact: false },
    { to: '/buildings/$buildingId/apartments', label: t('apartment.many'), exact: false },
    { to: '/buildings/$buildingId/weights', label: t('weights.title'), exact: false },
  ] as const;
  return (
    <>
      <nav className="building-tabs" aria-label={localized(building.name, language)}>
        <p className="building-tabs-name">{localized(building.name, language)}</p>
        <ul ref={tabList}>
          {tabs.map((tab) => (
            <li key={tab.to}>
              <Link to={tab.to} params={{ buildingId }} activeOptions={{ exact: tab.exact, includeSearch: false }} className="tab-link">
                {tab.label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Outlet />
    </>
  );
}

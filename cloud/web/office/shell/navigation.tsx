import { IconBuildings, IconDeviceDesktop, IconLayoutGrid, IconPackage, IconReceipt, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { matchesSearch } from '../../ui/words/fold.ts';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { fleetCountsQuery } from '../screens/fleet-queries.ts';
import { useMay } from '../session/session.ts';

/** Fewer are found faster with the eyes. */
const FILTER_FROM = 6;

/** The rooms of the office, and its buildings. Each later module adds its line here when its screen exists. */
export function Navigation({ onSearch, onWent }: { onSearch(): void; onWent(): void }) {
  const { t, language } = useWords();
  const { data: buildings } = useQuery(buildingsQuery);
  const [filter, setFilter] = useState('');
  const maySeeScreens = useMay('device:read');
  const shown = buildings?.filter((building) =>
    matchesSearch(`${building.name.el} ${building.name.en ?? ''} ${building.addressLine.el}`, filter),
  );
  return (
    <nav className="navigation" aria-label={t('shell.navigation')}>
      <button type="button" className="search-button" onClick={onSearch} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={16} aria-hidden />
        <span>{t('search.open')}</span>
        <kbd aria-hidden>{t('search.shortcut')}</kbd>
      </button>
      <ul>
        <li>
          <Link to="/buildings" activeOptions={{ exact: true, includeSearch: false }} className="navigation-link" onClick={onWent}>
            <IconBuildings size={18} aria-hidden />
            {t('building.many')}
          </Link>
        </li>
        {maySeeScreens && (
          <li>
            <ScreensLink onWent={onWent} />
          </li>
        )}
        {maySeeScreens && (
          <li>
            <Link to="/programmes" activeOptions={{ includeSearch: false }} className="navigation-link" onClick={onWent}>
              <IconLayoutGrid size={18} aria-hidden />
              {t('programme.many')}
            </Link>
          </li>
        )}
        {maySeeScreens && (
          <li>
            <Link to="/batches" activeOptions={{ includeSearch: false }} className="navigation-link" onClick={onWent}>
              <IconPackage size={18} aria-hidden />
              {t('batch.many')}
            </Link>
          </li>
        )}
        {maySeeScreens && (
          <li>
            <Link to="/plan" className="navigation-link" onClick={onWent}>
              <IconReceipt size={18} aria-hidden />
              {t('plan.title')}
            </Link>
          </li>
        )}
      </ul>
      {buildings !== undefined && buildings.length > 0 && (
        <div className="navigation-buildings">
          <h2 className="navigation-title">{t('shell.yourBuildings')}</h2>
          {buildings.length >= FILTER_FROM && (
            <input
              className="navigation-filter"
              aria-label={t('shell.filterBuildings')}
              placeholder={t('table.filter')}
              value={filter}
              onChange={(event) => setFilter(event.target.value)}
            />
          )}
          <ul>
            {shown?.map((building) => (
              <li key={building.id}>
                <Link
                  to="/buildings/$buildingId"
                  params={{ buildingId: building.id }}
                  activeOptions={{ includeSearch: false }}
                  className="navigation-link"
                  onClick={onWent}
                >
                  {localized(building.name, language)}
                </Link>
              </li>
            ))}
          </ul>
          {shown?.length === 0 && <p className="muted">{t('table.noMatch', { query: filter })}</p>}
        </div>
      )}
    </nav>
  );
}

/** The way to the screens, and how many of them need somebody: the very counts of the fleet, read again with it. */
function ScreensLink({ onWent }: { onWent(): void }) {
  const { t } = useWords();
  const { data: counts } = useQuery(fleetCountsQuery({}));
  const needing = counts === undefined ? 0 : counts.states.trouble + counts.states.offline;
  return (
    <Link to="/screens" activeOptions={{ includeSearch: false }} className="navigation-link" onClick={onWent}>
      <IconDeviceDesktop size={18} aria-hidden />
      <span aria-hidden={needing > 0}>{t('screens.many')}</span>
      {needing > 0 && (
        <>
          <span className="navigation-count" aria-hidden>
            {needing}
          </span>
          <span className="visually-hidden">{t('shell.screensInNeed', { count: needing })}</span>
        </>
      )}
    </Link>
  );
}

import { Button, CloseButton } from '@mantine/core';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { LiveState } from '../../ui/live/live-connection.ts';
import { Mark } from '../../ui/mark.tsx';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { NativeDialog } from '../pieces/native-dialog.tsx';
import { EmptyState } from '../pieces/states.tsx';
import { useMay } from '../session/session.ts';
import { Navigation } from './navigation.tsx';
import { SearchDialog } from './search-dialog.tsx';
import { useLive } from './use-live.ts';
import './shell.css';

const UserMenu = fetchedLater(() => import('./user-menu.tsx').then((file) => file.UserMenu), <div className="user-space" />);
const PlanNotice = fetchedLater(() => import('../plan/plan-notice.tsx').then((file) => file.PlanNotice));

/** What stands around every screen of the office. */
export function Shell() {
  const { t } = useWords();
  const live = useLive();
  const mayUseOffice = useMay('resident-data:read');
  const [searching, setSearching] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);
  const main = useFocusAfterNavigation();

  useEffect(() => {
    const openSearch = (event: KeyboardEvent) => {
      // By the place of the key: on a Greek keyboard it writes «κ».
      if (event.code !== 'KeyK' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setSearching(true);
    };
    window.addEventListener('keydown', openSearch);
    return () => window.removeEventListener('keydown', openSearch);
  }, []);

  if (!mayUseOffice) {
    return (
      <main className="shell-main">
        <EmptyState
          wholeScreen
          title={t('shell.notOffice')}
          text={t('shell.notOfficeHint')}
          action={
            <Button component="a" href="/resident">
              {t('shell.toResident')}
            </Button>
          }
        />
      </main>
    );
  }

  const brand = (
    <Link to="/buildings" className="brand" onClick={() => setMenuOpen(false)}>
      <Mark />
      New Concierge
    </Link>
  );
  const side = (
    <>
      <Navigation
        onSearch={() => {
          setMenuOpen(false);
          setSearching(true);
        }}
        onWent={() => setMenuOpen(false)}
      />
      <div className="side-foot">
        <LiveBadge state={live} />
        <UserMenu />
      </div>
    </>
  );

  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t('shell.skip')}
      </a>
      <aside className="side" aria-label={t('shell.side')}>
        {brand}
        {side}
      </aside>
      <nav className="top-bar" aria-label={t('shell.side')}>
        <button
          type="button"
          className="top-bar-button"
          aria-label={t('shell.openMenu')}
          aria-haspopup="dialog"
          onClick={() => setMenuOpen(true)}
        >
          <IconMenu2 size={22} aria-hidden />
        </button>
        {brand}
        <button
          type="button"
          className="top-bar-button"
          aria-label={t('search.open')}
          aria-haspopup="dialog"
          onClick={() => setSearching(true)}
        >
          <IconSearch size={20} aria-hidden />
        </button>
      </nav>
      <main id="main" className="shell-main" ref={main} tabIndex={-1}>
        <PlanNotice />
        <Outlet />
      </main>
      {menuOpen && (
        <NativeDialog label={t('shell.navigation')} className="side-dialog" onClose={() => setMenuOpen(false)}>
          <div className="side-in-dialog">
            <div className="side-dialog-head">
              {brand}
              <CloseButton size="lg" aria-label={t('close')} onClick={() => setMenuOpen(false)} />
            </div>
            {side}
          </div>
        </NativeDialog>
      )}
      {searching && <SearchDialog onClose={() => setSearching(false)} />}
    </div>
  );
}

function LiveBadge({ state }: { state: LiveState }) {
  const { t } = useWords();
  return (
    <p className={state === 'live' ? 'status status-on' : 'status status-off'} role="status">
      {t(`live.${state}`)}
    </p>
  );
}

/** After going to another screen the keyboard and the screen reader start at its beginning, as on any new page. */
function useFocusAfterNavigation() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path]);
  return main;
}

import { useEffect, useState } from 'react';
import { createBrowserClient } from '../ui/api/client.ts';
import { chosenLanguage } from '../ui/words/language.ts';
import { JoinPage } from './join-page.tsx';
import { takeToken } from './join-token.ts';
import { readKeptState } from './kept-state.ts';
import { ResidentHome } from './resident-home.tsx';
import { ResidentLogin } from './resident-login.tsx';

/** Which of the four addresses was opened; the token leaves the address bar before anything is drawn. */
const token = takeToken(location, history);

/** Few addresses need no router: the join landing, the log-in, and home. */
export function ResidentApp() {
  const [path, setPath] = useState(location.pathname);
  const [sessionEnded, setSessionEnded] = useState(false);
  const [api] = useState(() =>
    createBrowserClient({
      language: () => chosenLanguage() ?? 'el',
      onSessionEnded: () => {
        // Only somebody who read something here before had a session that could end.
        setSessionEnded(readKeptState(localStorage) !== null);
        go('/resident/login');
      },
    }),
  );

  function go(to: string) {
    if (location.pathname !== to) history.pushState(null, '', to);
    setPath(to);
  }

  useEffect(() => {
    const follow = () => setPath(location.pathname);
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);

  if (path.startsWith('/kiosk/connect') || path.startsWith('/j/')) return <JoinPage api={api} token={token} />;
  if (path.startsWith('/resident/login')) {
    return (
      <ResidentLogin
        api={api}
        sessionEnded={sessionEnded}
        onDone={() => {
          setSessionEnded(false);
          go('/resident');
        }}
      />
    );
  }
  return <ResidentHome api={api} onLoggedOut={() => go('/resident/login')} />;
}

import { useCallback, useEffect, useState } from 'react';
import { z } from 'zod';
import type { ApiClient } from '../ui/api/client.ts';
import { problemWords } from '../ui/api/problem.ts';
import { AnnouncementList, AnnouncementSkeleton } from '../ui/light/announcement-list.tsx';
import { useSpoken } from '../ui/light/language-context.tsx';
import { LightPage } from '../ui/light/page.tsx';
import { useReadWhileSeen } from '../ui/read-while-seen.ts';
import { useNowMs } from '../ui/use-now.ts';
import { ageWords } from '../ui/words/age.ts';
import { fill } from '../ui/words/fill.ts';
import { localized } from '../ui/words/language.ts';
import { forgetState, keepState, readKeptState } from './kept-state.ts';
import { readResidentState } from './read-state.ts';

const keptState = () => readKeptState(localStorage);

/** What is new in the buildings I belong to; without a network, what was new when there last was one. */
export function ResidentHome({ api, onLoggedOut }: { api: ApiClient; onLoggedOut: () => void }) {
  const { words, language } = useSpoken();
  const readFresh = useCallback(() => readResidentState(api, Date.now()), [api]);
  const { value: state, problem, read } = useReadWhileSeen(readFresh, keptState);
  const nowMs = Math.max(useNowMs(15_000), state === null ? 0 : Date.parse(state.readAt));
  const [logOutFailed, setLogOutFailed] = useState(false);

  // Only while this page stands: what arrives after a log-out is not kept.
  useEffect(() => {
    if (state !== null) keepState(localStorage, state);
  }, [state]);

  const logOut = (everywhere: boolean) => {
    setLogOutFailed(false);
    api.change(z.null(), { method: 'POST', path: '/api/users/logout', body: { everywhere } }).then(
      () => {
        forgetState(localStorage);
        onLoggedOut();
      },
      () => setLogOutFailed(true),
    );
  };

  const offline = problem?.code === 'offline';
  return (
    <LightPage
      title={words.home.title}
      actions={
        <button type="button" className="quiet-button" onClick={() => logOut(false)}>
          {words.home.logOut}
        </button>
      }
    >
      {logOutFailed && (
        <p className="message message-alert" role="alert">
          {words.home.logOutFailed}
        </p>
      )}
      {state !== null && problem !== null && (
        <p className="message message-alert" role="status">
          {fill(offline ? words.home.offlineState : words.home.refreshFailed, {
            age: ageWords(nowMs - Date.parse(state.readAt), language),
          })}
        </p>
      )}
      {state === null && problem === null && <AnnouncementSkeleton />}
      {state === null && problem !== null && problem.status !== 401 && (
        <div className="stack" role="alert">
          <h1 className="light-title">{offline ? words.home.nothingKept : words.home.nothingRead}</h1>
          <p>{problemWords(problem, language)}</p>
          <button type="button" className="main-button" onClick={read}>
            {words.retry}
          </button>
        </div>
      )}
      {state?.buildings.length === 0 && (
        <div className="light-empty">
          <h1 className="light-empty-title">{words.home.noBuilding}</h1>
          <p className="muted">{words.home.noBuildingHint}</p>
        </div>
      )}
      {state !== null && state.buildings.length > 1 && <h1 className="visually-hidden">{words.home.buildings}</h1>}
      {state?.buildings.map((building, index) => {
        const Heading = state.buildings.length > 1 ? 'h2' : 'h1';
        return (
          <section key={building.id} className={index === 0 ? '' : 'light-section'} aria-labelledby={`building-${building.id}`}>
            <Heading className="light-title" id={`building-${building.id}`}>
              {localized(building.name, language)}
            </Heading>
            <p className="light-address">
              {localized(building.addressLine, language)}, {localized(building.city, language)}
            </p>
            <div className="light-section">
              {state.buildings.length === 1 && <h2>{words.announcements.title}</h2>}
              <AnnouncementList announcements={building.announcements} timeZone={building.timeZone} nowMs={nowMs} />
            </div>
          </section>
        );
      })}
      <footer className="light-foot">
        {state !== null && problem === null && <p>{fill(words.asOf, { age: ageWords(nowMs - Date.parse(state.readAt), language) })}</p>}
        <button type="button" className="quiet-button" onClick={() => logOut(true)}>
          {words.home.logOutEverywhere}
        </button>
      </footer>
    </LightPage>
  );
}

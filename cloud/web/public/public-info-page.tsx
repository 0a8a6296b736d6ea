import { PublicInfo } from '@concierge/contract/http/public-info.ts';
import { useCallback, useEffect, useState } from 'react';
import type { ApiClient } from '../ui/api/client.ts';
import { ApiProblem, problemWords } from '../ui/api/problem.ts';
import { AnnouncementList, AnnouncementSkeleton } from '../ui/light/announcement-list.tsx';
import { useSpoken } from '../ui/light/language-context.tsx';
import { LightPage } from '../ui/light/page.tsx';
import { useNowMs } from '../ui/use-now.ts';
import { ageWords } from '../ui/words/age.ts';
import { fill } from '../ui/words/fill.ts';
import { localized } from '../ui/words/language.ts';

const READ_AGAIN_MS = 60_000;

/** What the lobby screen of a building shows, for anybody with the link. */
export function PublicInfoPage({ api, buildingId }: { api: ApiClient; buildingId: string }) {
  const { words, language } = useSpoken();
  const { info, readAtMs, problem, read } = usePublicInfo(api, buildingId);
  // What has just been read may be younger than the last tick.
  const nowMs = Math.max(useNowMs(15_000), readAtMs);

  if (info === null) {
    const missing = problem?.code === 'not-found' || problem?.code === 'invalid-fields';
    return (
      <LightPage title={words.publicPage.label}>
        {problem === null ? (
          <AnnouncementSkeleton />
        ) : (
          <div className="stack" role="alert">
            <h1 className="light-title">{missing ? words.publicPage.notFound : words.publicPage.notReached}</h1>
            <p>{missing ? words.publicPage.notFoundHint : problemWords(problem, language)}</p>
            {!missing && (
              <button type="button" className="main-button" onClick={read}>
                {words.retry}
              </button>
            )}
          </div>
        )}
      </LightPage>
    );
  }

  const { building, announcements } = info.document;
  return (
    <LightPage title={localized(building.name, language)}>
      <h1 className="light-title">{localized(building.name, language)}</h1>
      <p className="light-address">
        {localized(building.addressLine, language)}, {localized(building.city, language)}
      </p>
      <section className="light-section" aria-labelledby="announcements">
        <h2 id="announcements">{words.announcements.title}</h2>
        <div className="stack">
          {problem !== null && (
            <p className="message message-alert" role="status">
              {fill(words.publicPage.offlineState, { age: ageWords(nowMs - readAtMs, language) })}
            </p>
          )}
          <AnnouncementList announcements={announcements} timeZone={building.timeZone} nowMs={nowMs} />
        </div>
      </section>
      <footer className="light-foot">
        <p>{fill(words.asOf, { age: ageWords(nowMs - readAtMs, language) })}</p>
        <p>{words.publicPage.privacy}</p>
        <p>
          <a href="/resident">{words.publicPage.resident}</a>
        </p>
      </footer>
    </LightPage>
  );
}

/** The document, read again while somebody looks; a failed read keeps the last one. */
function usePublicInfo(api: ApiClient, buildingId: string) {
  const [info, setInfo] = useState<PublicInfo | null>(null);
  const [readAtMs, setReadAtMs] = useState(0);
  const [problem, setProblem] = useState<ApiProblem | null>(null);

  const read = useCallback(() => {
    api.read(PublicInfo, `/api/public-info/${encodeURIComponent(buildingId)}`).then(
      (fresh) => {
        setInfo(fresh);
        setReadAtMs(Date.now());
        setProblem(null);
      },
      (failed: unknown) => setProblem(failed instanceof ApiProblem ? failed : new ApiProblem({ code: 'internal', status: 500 })),
    );
  }, [api, buildingId]);

  useEffect(() => {
    read();
    const readWhenSeen = () => {
      if (document.visibilityState === 'visible') read();
    };
    const timer = setInterval(readWhenSeen, READ_AGAIN_MS);
    document.addEventListener('visibilitychange', readWhenSeen);
    window.addEventListener('online', readWhenSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', readWhenSeen);
      window.removeEventListener('online', readWhenSeen);
    };
  }, [read]);

  return { info, readAtMs, problem, read };
}

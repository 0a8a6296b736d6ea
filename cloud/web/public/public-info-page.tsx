import { PublicInfo } from '@concierge/contract/http/public-info.ts';
import { useCallback } from 'react';
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

/** What the lobby screen of a building shows, for anybody with the link. */
export function PublicInfoPage({ api, buildingId }: { api: ApiClient; buildingId: string }) {
  const { words, language } = useSpoken();
  const readFresh = useCallback(async () => {
    const info = await api.read(PublicInfo, `/api/public-info/${encodeURIComponent(buildingId)}`);
    return { info, readAtMs: Date.now() };
  }, [api, buildingId]);
  const { value, problem, read } = useReadWhileSeen(readFresh);
  const readAtMs = value?.readAtMs ?? 0;
  // What has just been read may be younger than the last tick.
  const nowMs = Math.max(useNowMs(15_000), readAtMs);

  if (value === null) {
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

  const { building, announcements } = value.info.document;
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

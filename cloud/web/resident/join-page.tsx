import { ConnectReply } from '@concierge/contract/http/kiosk-connect.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ApiClient } from '../ui/api/client.ts';
import { ApiProblem } from '../ui/api/problem.ts';
import { useSpoken } from '../ui/light/language-context.tsx';
import { LightPage } from '../ui/light/page.tsx';
import { useNowMs } from '../ui/use-now.ts';
import { counted } from '../ui/words/fill.ts';
import { localized } from '../ui/words/language.ts';

type Outcome =
  | { readonly kind: 'checking' }
  | { readonly kind: 'proven'; readonly reply: ConnectReply }
  | { readonly kind: 'refused'; readonly code: string };

/** Where the QR code of the lobby screen leads. */
export function JoinPage({ api, token }: { api: ApiClient; token: string | null }) {
  const { words } = useSpoken();
  const [outcome, setOutcome] = useState<Outcome>(token === null ? { kind: 'refused', code: 'missing' } : { kind: 'checking' });
  const asked = useRef(false);

  const ask = useCallback(() => {
    if (token === null) return;
    setOutcome({ kind: 'checking' });
    api.change(ConnectReply, { method: 'POST', path: '/api/kiosk/connect', body: { token }, withoutSession: true }).then(
      (reply) => setOutcome({ kind: 'proven', reply }),
      (problem: unknown) => setOutcome({ kind: 'refused', code: problem instanceof ApiProblem ? problem.code : 'other' }),
    );
  }, [api, token]);

  useEffect(() => {
    // A code is used up by one request, so it is sent once however often React mounts the page.
    if (asked.current) return;
    asked.current = true;
    ask();
  }, [ask]);

  return (
    <LightPage title={words.join.pageTitle}>
      {outcome.kind === 'checking' && (
        <p className="light-title" role="status">
          {words.join.checking}
        </p>
      )}
      {outcome.kind === 'proven' && <Proven reply={outcome.reply} />}
      {outcome.kind === 'refused' && <Refused code={outcome.code} onRetry={ask} />}
    </LightPage>
  );
}

function Proven({ reply }: { reply: ConnectReply }) {
  const { words, language } = useSpoken();
  const minutesLeft = Math.ceil((Date.parse(reply.joinUntil) - useNowMs(5_000)) / 60_000);
  const { building } = reply;
  return (
    <>
      <p className="join-proven">{words.join.proven}</p>
      <h1 className="light-title">{localized(building.name, language)}</h1>
      <p className="light-address">
        {localized(building.addressLine, language)}, {localized(building.city, language)}
      </p>
      <p className={minutesLeft > 0 ? 'message message-positive join-time' : 'message join-time'} role="status">
        {minutesLeft > 0 ? counted(words.join.minutes, minutesLeft, language) : words.join.ended}
      </p>
      <section className="light-section stack" aria-labelledby="next">
        <h2 id="next">{words.join.nextTitle}</h2>
        <p>{words.join.nextManager}</p>
        <p>{words.join.nextPublic}</p>
        <a className="main-button" href={`/public/${building.id}`}>
          {words.join.openPublic}
        </a>
        <a className="second-button" href="/resident/login">
          {words.join.haveAccount}
        </a>
      </section>
      <section className="light-section stack" aria-labelledby="privacy">
        <h2 id="privacy">{words.join.privacyTitle}</h2>
        <p>{words.join.privacyKept}</p>
        <p className="muted">{words.join.privacyCookies}</p>
      </section>
    </>
  );
}

function Refused({ code, onRetry }: { code: string; onRetry: () => void }) {
  const { words } = useSpoken();
  const reasons: Readonly<Record<string, { title: string; text: string }>> = words.join.refused;
  const reason =
    reasons[code] ??
    (code === 'invalid-fields' || code === 'bad-request' ? words.join.refused['presence-invalid'] : words.join.refused.other);
  // A refused code stays refused; only what did not get through is worth another try.
  const mayRetry = reason === words.join.refused.offline || reason === words.join.refused.other || code === 'too-many-requests';
  return (
    <div className="stack" role="alert">
      <ScanSign />
      <h1 className="light-title">{reason.title}</h1>
      <p>{reason.text}</p>
      {mayRetry && (
        <button type="button" className="main-button" onClick={onRetry}>
          {words.retry}
        </button>
      )}
      <a className="second-button" href="/resident/login">
        {words.join.haveAccount}
      </a>
    </div>
  );
}

/** A phone before a code: what to do, said without words. */
function ScanSign() {
  return (
    <svg
      className="scan-sign"
      viewBox="0 0 96 64"
      width="96"
      height="64"
      fill="none"
      stroke="currentColor"
      strokeWidth="3"
      strokeLinecap="round"
      aria-hidden
    >
      <rect x="4" y="4" width="24" height="56" rx="5" />
      <path d="M13 53h6" />
      <path d="M36 24l8 8-8 8" />
      <path d="M56 18v-6h6M86 12h6v6M92 46v6h-6M62 52h-6v-6" />
      <rect x="64" y="20" width="8" height="8" />
      <rect x="76" y="20" width="8" height="8" />
      <rect x="64" y="34" width="8" height="8" />
      <path d="M77 36h6v6" />
    </svg>
  );
}

import type { ScreenQr, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import type { Frame } from '../stage/frame.ts';
import { withoutLooseWords } from '../type/typesetting.ts';
import { AGE_WORTH_SAYING_MS, ageWords } from '../words/age.ts';
import { wordingOf } from '../words/localized.ts';
import { Pictogram } from './pictogram.tsx';
import { QrCode } from './qr-code.tsx';
import './foot.css';

interface FootProps {
  readonly state: ScreenState;
  readonly nowMs: number;
  readonly language: Language;
  readonly qr: ScreenQr | null;
  readonly frame: Frame;
  readonly dress: 'plain' | 'alert';
}

/** The width of the foot's code with its quiet zone, in units. */
const CODE_WIDTH = { portrait: 3.3, landscape: 2.7 } as const;

export function Foot({ state, nowMs, language, qr, frame, dress }: FootProps) {
  const strings = lobbyStrings[language];
  const building = state.document?.building ?? null;
  const address = building === null ? null : wordingOf(building.addressLine, language);
  return (
    <footer className="lobby-foot" data-dress={dress}>
      <div className="foot-join">
        {qr !== null && <QrCode qr={qr} widthPx={frame.unitPx * CODE_WIDTH[frame.orientation]} name={strings.join.codeName} />}
        {qr !== null ? (
          <p className="foot-reason">{withoutLooseWords(strings.join.reason)}</p>
        ) : (
          <p lang={address?.language}>{address?.text}</p>
        )}
        {state.demo && <p className="foot-demo">{strings.status.demo}</p>}
      </div>
      <Status state={state} nowMs={nowMs} language={language} />
    </footer>
  );
}

/** What people should know about what they read: that the building is offline, and how old it is. Silent when all is well. */
function Status({ state, nowMs, language }: Pick<FootProps, 'state' | 'nowMs' | 'language'>) {
  const { status } = lobbyStrings[language];
  const shows = state.phase === 'running';
  const ageMs = shows && state.confirmedAt !== null && state.clock !== 'unknown' ? nowMs - Date.parse(state.confirmedAt) : null;
  const age = ageMs === null ? null : ageWords(ageMs, language);
  const offline = shows && state.link === 'offline';
  const old = ageMs !== null && ageMs > AGE_WORTH_SAYING_MS;
  if (!offline && !old) return null;
  return (
    <div className="foot-status">
      {offline && (
        <p>
          <strong>
            <Pictogram name="offline" />
            {status.offline}
          </strong>
          {age !== null && <span className="foot-dot"> · </span>}
          {age !== null && <span>{status.age.replace('{age}', age)}</span>}
        </p>
      )}
      {!offline && old && <p>{status.ageAlone.replace('{age}', age ?? '')}</p>}
    </div>
  );
}

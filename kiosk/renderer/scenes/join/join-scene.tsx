import type { ScreenQr } from '@concierge/contract/kiosk/screen.ts';
import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { QrCode } from '../../furniture/qr-code.tsx';
import { type Frame, sceneHeight } from '../../stage/frame.ts';
import type { Arrangement } from '../../stage/scene-view.tsx';
import './join.css';

interface JoinSceneProps {
  readonly qr: ScreenQr | null;
  readonly language: Language;
  readonly frame: Frame;
  readonly arrangement: Arrangement;
}

/** A tenth of the distance people scan from, which is a metre and a half. */
const LEAST_CODE_MM = 150;

export function JoinScene({ qr, language, frame, arrangement }: JoinSceneProps) {
  const { join } = lobbyStrings[language];
  const width = frame.orientation === 'portrait' ? Math.min(13, frame.width - 2 * frame.margin) : sceneHeight(frame) - 1.6;
  const mostPx = Math.min(sceneHeight(frame), frame.width - 2 * frame.margin) * frame.unitPx;
  return (
    <section className="join" data-arrangement={arrangement}>
      <div className="join-words">
        <h1 className="text-title">{join.title}</h1>
        <p className="text-body">{join.instruction}</p>
      </div>
      {qr !== null && (
        <QrCode qr={qr} widthPx={width * frame.unitPx} leastCodePx={LEAST_CODE_MM * frame.pxPerMm} mostPx={mostPx} name={join.codeName} />
      )}
    </section>
  );
}

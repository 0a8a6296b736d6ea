import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { codeSidePx, QrCode } from '../../furniture/qr-code.tsx';
import { fitText } from '../../type/fit-text.ts';
import { withoutLooseWords } from '../../type/typesetting.ts';
import type { WidgetProps } from '../widget.ts';
import type { JoinSettings } from './schema.ts';
import './join.css';

/** What the words below the code take at most, in units. */
const WORDS_HEIGHT = 2.4;
const GAP = 0.3;
/** A tenth of the distance people scan from, which is a metre and a half. */
const LEAST_CODE_MM = 150;

/** Without a code that may be shown there is nothing to scan, and it says nothing. */
export function Join({ facts: { qr }, language, room, frame }: WidgetProps<JoinSettings>) {
  const { join } = lobbyStrings[language];
  if (qr === null) return <div className="widget" />;
  const measures = {
    qr,
    widthPx: Math.min(room.width, room.height - WORDS_HEIGHT) * frame.unitPx,
    leastCodePx: LEAST_CODE_MM * frame.pxPerMm,
    mostPx: Math.min(room.width, room.height) * frame.unitPx,
  };
  const words = withoutLooseWords(join.reason);
  const left = room.height - codeSidePx(measures) / frame.unitPx - GAP;
  const fitted = fitText(words, { width: room.width, height: left }, ['body', 'small', 'fine']);
  return (
    <div className="widget widget-join">
      <QrCode {...measures} name={join.codeName} />
      {fitted !== null && <p className={`text-${fitted.step}`}>{words}</p>}
    </div>
  );
}

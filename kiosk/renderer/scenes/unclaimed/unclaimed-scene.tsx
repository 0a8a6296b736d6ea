import type { RefusedCardFile, ScreenClaim } from '@concierge/contract/kiosk/screen.ts';
import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { Mark } from '../../furniture/mark.tsx';
import { QrCode } from '../../furniture/qr-code.tsx';
import type { Frame } from '../../stage/frame.ts';
import '../standing.css';
import './unclaimed.css';

interface UnclaimedSceneProps {
  readonly claim: ScreenClaim | null;
  readonly language: Language;
  readonly frame: Frame;
}

function sentenceOf({ file, fault }: RefusedCardFile, language: Language): string {
  const { refusedFile, cardFiles, cardFaults } = lobbyStrings[language].unclaimed;
  return refusedFile.replace('{file}', cardFiles[file]).replace('{fault}', cardFaults[fault]);
}

/** What the one who hung the screen up does next: type the code, choose the words. Or why there is no code yet. */
export function UnclaimedScene({ claim, language, frame }: UnclaimedSceneProps) {
  const { unclaimed } = lobbyStrings[language];
  if (claim === null || claim.code === null) {
    const files = claim?.refusedFiles ?? [];
    // Much is to be said then, and it must all stand on the glass.
    const step = files.length > 0 ? 'small' : 'body';
    return (
      <section className="standing" data-wordy={files.length > 0 || undefined}>
        <Mark />
        <h1 className="text-title">{claim?.line === 'leaving' ? unclaimed.leavingTitle : unclaimed.title}</h1>
        <p className={`text-${step}`}>
          {claim === null ? unclaimed.text : unclaimed.lines[claim.line === 'connected' ? 'asking' : claim.line]}
        </p>
        {files.map((refused) => (
          <p key={refused.file} className="text-small unclaimed-line">
            {sentenceOf(refused, language)}
          </p>
        ))}
      </section>
    );
  }
  const { userCode, words, qr } = claim.code;
  const other = language === 'el' ? 'en' : 'el';
  return (
    <section className="unclaimed">
      <div className="unclaimed-words">
        <h1 className="text-title">{unclaimed.title}</h1>
        <p className="text-small">{unclaimed.instruction}</p>
        <p className="text-display unclaimed-code" lang="en">
          {userCode}
        </p>
        <p className="text-small">{unclaimed.compare}</p>
        <p className="text-heading unclaimed-pair" lang={language}>
          {words[language]}
        </p>
        {/* The manager's office may speak the other language. */}
        <p className="text-small unclaimed-pair" lang={other}>
          {words[other]}
        </p>
        <p className="text-small unclaimed-line">{unclaimed.lines[claim.line]}</p>
        {claim.refusedFiles.map((refused) => (
          <p key={refused.file} className="text-small unclaimed-line">
            {sentenceOf(refused, language)}
          </p>
        ))}
      </div>
      <div className="unclaimed-scan">
        <QrCode qr={qr} widthPx={frame.unitPx * (frame.orientation === 'portrait' ? 7 : 8.5)} name={unclaimed.codeName} />
        <p className="text-small">{unclaimed.scan}</p>
      </div>
    </section>
  );
}

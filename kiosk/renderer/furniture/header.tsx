import type { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import type { Frame } from '../stage/frame.ts';
import { fitTextOrSmallest } from '../type/fit-text.ts';
import type { LocalTime } from '../words/dates.ts';
import { wordingOf } from '../words/localized.ts';
import { Mark } from './mark.tsx';
import './header.css';

interface HeaderProps {
  readonly building: LobbyDocument['building'] | null;
  /** null while nobody knows what time it is: then the header claims none. */
  readonly time: LocalTime | null;
  readonly language: Language;
  readonly frame: Frame;
  readonly dress: 'plain' | 'alert';
}

/** The width the clock takes, in units. */
const CLOCK_WIDTH = { portrait: 6.2, landscape: 11.5 } as const;

export function Header({ building, time, language, frame, dress }: HeaderProps) {
  const name = building === null ? { text: lobbyStrings[language].wordmark, language } : wordingOf(building.name, language);
  const room = {
    width: frame.width - 2 * frame.margin - (time === null ? 0 : CLOCK_WIDTH[frame.orientation]),
    height: frame.headerHeight - 1,
  };
  const { step, lines } = fitTextOrSmallest(name.text, room, ['body', 'small', 'fine']);
  return (
    <header className="lobby-header" data-dress={dress} data-lines={lines > 1 || time === null ? 'several' : 'one'}>
      {building === null && <Mark />}
      <p className={`header-name text-${step}`} lang={name.language}>
        {name.text}
      </p>
      {time !== null && (
        <div className="header-time">
          <time className="header-clock">{time.clock}</time>
          <p className="header-day">{time.day}</p>
        </div>
      )}
    </header>
  );
}

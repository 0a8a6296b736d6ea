import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import './identity.css';

interface IdentityProps {
  readonly words: NonNullable<ScreenState['identity']>;
  readonly language: Language;
}

/** Over everything, for half a minute: which screen this is, in the words that its office reads at the same moment. */
export function Identity({ words, language }: IdentityProps) {
  const other = language === 'el' ? 'en' : 'el';
  return (
    <div className="identity" role="status">
      <p className="text-small">{lobbyStrings[language].identity}</p>
      <p className="text-title" lang={language}>
        {words[language]}
      </p>
      <p className="text-body" lang={other}>
        {words[other]}
      </p>
    </div>
  );
}

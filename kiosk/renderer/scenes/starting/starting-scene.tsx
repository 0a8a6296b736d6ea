import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { Mark } from '../../furniture/mark.tsx';
import '../standing.css';

/** The same picture as the page's own markup shows before any script has run. */
export function StartingScene({ language }: { readonly language: Language }) {
  const { starting } = lobbyStrings[language];
  return (
    <section className="standing">
      <Mark />
      <h1 className="text-title">{starting.title}</h1>
      <p className="text-body">{starting.text}</p>
    </section>
  );
}

import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { Mark } from '../../furniture/mark.tsx';
import '../standing.css';

export function UnclaimedScene({ language }: { readonly language: Language }) {
  const { unclaimed } = lobbyStrings[language];
  return (
    <section className="standing">
      <Mark />
      <h1 className="text-title">{unclaimed.title}</h1>
      <p className="text-body">{unclaimed.text}</p>
    </section>
  );
}

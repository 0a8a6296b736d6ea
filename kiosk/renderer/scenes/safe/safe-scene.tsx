import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import '../standing.css';
import './safe.css';

/** In the order of use: the European number first, since it answers for all three services and in English. */
const EMERGENCY_NUMBERS = [
  { number: '112', service: 'general' },
  { number: '166', service: 'ambulance' },
  { number: '199', service: 'fire' },
  { number: '100', service: 'police' },
] as const;

/** Shown when there is nothing that may be shown: it needs no data and still serves the hall. The header names the building if it is known. */
export function SafeScene({ language }: { readonly language: Language }) {
  const { safe } = lobbyStrings[language];
  return (
    <section className="standing safe">
      <div className="safe-words">
        <h1 className="text-title">{safe.title}</h1>
        <p className="text-body">{safe.text}</p>
      </div>
      <dl className="safe-numbers">
        {EMERGENCY_NUMBERS.map(({ number, service }) => (
          <div key={number}>
            <dt className="text-title">{number}</dt>
            <dd className="text-body">{safe.emergency[service]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

import { type ReactNode, useEffect } from 'react';
import { Mark } from '../mark.tsx';
import { useSpoken } from './language-context.tsx';

/** The frame of the light pages: the sign of the house, the other language, and one column to read. */
export function LightPage({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  const { words, language, choose } = useSpoken();
  useEffect(() => {
    document.title = `${title} · ${words.product}`;
  }, [title, words.product]);
  return (
    <>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <header className="light-header">
        <span className="light-brand">
          <Mark />
          {words.product}
        </span>
        <span className="light-actions">
          {actions}
          <button
            type="button"
            className="quiet-button"
            lang={words.language.otherCode}
            aria-label={`${words.language.name}: ${words.language.other}`}
            onClick={() => choose(language === 'el' ? 'en' : 'el')}
          >
            {words.language.other}
          </button>
        </span>
      </header>
      <main id="content" className="light-main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

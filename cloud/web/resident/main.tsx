import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LanguageProvider } from '../ui/light/language-context.tsx';
import { chosenTheme, showTheme } from '../ui/theme.ts';
import '../ui/light/light.css';
import { ResidentApp } from './resident-app.tsx';

showTheme(chosenTheme());
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');

createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <ResidentApp />
    </LanguageProvider>
  </StrictMode>,
);

// The shell is kept for the next time there is no network. A page without https has no service workers, and works without.
if ('serviceWorker' in navigator) {
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/service-worker.js', { scope: '/resident' }).catch((problem: unknown) => console.warn(problem));
  });
}

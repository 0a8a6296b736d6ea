import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserClient } from '../ui/api/client.ts';
import { LanguageProvider } from '../ui/light/language-context.tsx';
import { chosenTheme, showTheme } from '../ui/theme.ts';
import { chosenLanguage } from '../ui/words/language.ts';
import '../ui/light/light.css';
import { PublicInfoPage } from './public-info-page.tsx';

showTheme(chosenTheme());
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
const api = createBrowserClient({ language: () => chosenLanguage() ?? 'el', onSessionEnded: () => undefined });
const buildingId = decodeURIComponent(location.pathname.split('/')[2] ?? '');

createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <PublicInfoPage api={api} buildingId={buildingId} />
    </LanguageProvider>
  </StrictMode>,
);

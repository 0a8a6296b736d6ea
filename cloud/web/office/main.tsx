import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { chosenTheme, showTheme } from '../ui/theme.ts';
import './mantine-styles.ts';
import './office.css';
import { startWords } from './i18n.ts';
import { Office } from './office.tsx';

showTheme(chosenTheme());
startWords();
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(
  <StrictMode>
    <Office />
  </StrictMode>,
);

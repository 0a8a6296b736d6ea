// The style sheet first: what the scenes say after it refines it.
import './lobby.css';
import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { chooseBridge } from './bridge/choose-bridge.ts';
import { inlinedState } from './bridge/loopback-bridge.ts';
import { Lobby, UNKNOWN_PAGE } from './lobby.tsx';

const STARTING: ScreenState = {
  phase: 'starting',
  contentSequence: 0,
  document: null,
  confirmedAt: null,
  link: 'offline',
  clock: 'unknown',
  nowMs: 0,
  qr: null,
  claim: null,
  identity: null,
  pageNumber: UNKNOWN_PAGE,
  media: [],
  display: { language: 'el', widthMm: null },
  lit: true,
  scenes: null,
  facts: { weather: null, account: null },
  demo: false,
};

const container = document.getElementById('lobby');
if (container === null) throw new Error('the page has no #lobby element');
const root = createRoot(container);
// At once, not when the scheduler finds time: the content replaces the starting scene in the first frame this script can reach.
flushSync(() => root.render(<Lobby bridge={chooseBridge()} initial={inlinedState() ?? STARTING} />));

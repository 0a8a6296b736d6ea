import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Language } from '@concierge/contract/text.ts';
import './lobby.css';
import { Screen } from './stage/screen.tsx';
import { openShow } from './stage/show.ts';

interface LobbyPreviewProps {
  readonly state: ScreenState;
  readonly language: Language;
  /** Unix milliseconds: the hour the preview shows. */
  readonly now: number;
  readonly orientation?: 'portrait' | 'landscape';
  /** The width of the preview on the page, in CSS pixels; its height follows. */
  readonly widthPx?: number;
}

const GLASS = { portrait: { widthPx: 1080, heightPx: 1920 }, landscape: { widthPx: 1920, heightPx: 1080 } } as const;

/** The first scene of the screen as the lobby would show it, set at its true size and scaled down: nothing is drawn for the preview. */
export function LobbyPreview({ state, language, now, orientation = 'portrait', widthPx = 360 }: LobbyPreviewProps) {
  const glass = GLASS[orientation];
  // The monotonic zero is arbitrary here: a preview does not run on.
  const show = openShow({ ...state, nowMs: now, display: { ...state.display, language } }, glass, 0);
  const scale = widthPx / glass.widthPx;
  // A preview is a picture: what is in it is not part of the page for the keyboard or a screen reader.
  return (
    <div inert style={{ position: 'relative', overflow: 'hidden', width: widthPx, height: glass.heightPx * scale }}>
      <div
        style={{
          position: 'absolute',
          width: glass.widthPx,
          height: glass.heightPx,
          transform: `scale(${scale})`,
          transformOrigin: 'top left',
        }}
      >
        <Screen show={show} />
      </div>
    </div>
  );
}

import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import type { AccountFact, WeatherFact } from '@concierge/contract/mqtt/facts.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import type { Language } from '@concierge/contract/text.ts';
import './lobby.css';
import { gridOf } from './scenes/layout/grid.ts';
import { ASSUMED_WIDTH_MM, frameOf } from './stage/frame.ts';
import { Screen } from './stage/screen.tsx';
import { openShow, type Show, sceneHasSomething, showOfScene } from './stage/show.ts';
import { sampleCode } from './widgets/sample-code.ts';

export type Orientation = 'portrait' | 'landscape';

const GLASS = { portrait: { widthPx: 1080, heightPx: 1920 }, landscape: { widthPx: 1920, heightPx: 1080 } } as const;
const HOUR_MS = 3_600_000;
const MM_AN_INCH = 25.4;

interface LobbyPreviewProps {
  readonly state: ScreenState;
  readonly language: Language;
  /** Unix milliseconds: the hour the preview shows. */
  readonly now: number;
  readonly orientation?: Orientation;
  /** The width of the preview on the page, in CSS pixels; its height follows. */
  readonly widthPx?: number;
}

/** The first scene of the screen as the lobby would show it, set at its true size and scaled down: nothing is drawn for the preview. */
export function LobbyPreview({ state, language, now, orientation = 'portrait', widthPx = 360 }: LobbyPreviewProps) {
  // The monotonic zero is arbitrary here: a preview does not run on.
  const show = openShow({ ...state, nowMs: now, display: { ...state.display, language } }, GLASS[orientation], 0);
  return <Glass show={show} orientation={orientation} widthPx={widthPx} />;
}

interface ScenePreviewProps {
  readonly document: LobbyDocument;
  readonly scene: Scene;
  /** What its screens know of the building besides the document. */
  readonly facts: { readonly weather: WeatherFact | null; readonly account: AccountFact | null };
  /** The pictures that may be in it, with where this page gets them. */
  readonly media: ScreenState['media'];
  readonly language: Language;
  readonly now: number;
  readonly orientation: Orientation;
  /** How wide the picture of the screen is that the preview stands for: its type, and so what has room, follows from that. */
  readonly widthMm: number;
  readonly widthPx: number;
}

/** One arranged scene on a building's real document, on or not. The codes are one to look at. */
export function ScenePreview(props: ScenePreviewProps) {
  const { scene, orientation, widthPx } = props;
  return <Glass show={showOfScene(screenOf(props), scene, GLASS[orientation])} orientation={orientation} widthPx={widthPx} />;
}

/** Whether the scene has anything to show there now: a screen leaves out one that has not. */
export function hasSomethingToShow(props: Omit<ScenePreviewProps, 'widthPx'>): boolean {
  return sceneHasSomething(screenOf(props), props.scene, GLASS[props.orientation]);
}

function screenOf({ document, facts, media, language, now, widthMm }: Omit<ScenePreviewProps, 'widthPx'>): ScreenState {
  return {
    phase: 'running',
    contentSequence: 1,
    document,
    confirmedAt: new Date(now).toISOString(),
    link: 'online',
    clock: 'trusted',
    nowMs: now,
    qr: { ...sampleCode, url: '', validUntilMs: now + HOUR_MS },
    claim: null,
    identity: null,
    pageNumber: 0,
    display: { language, widthMm },
    lit: true,
    scenes: null,
    facts: { weather: facts.weather, account: facts.account === null ? null : { ...facts.account, qr: sampleCode } },
    media,
    demo: false,
  };
}

/** Where the grid lies on the glass, as shares of its width and height: what an editor lays over the preview. */
export function gridOnGlass(
  orientation: Orientation,
  widthMm: number,
): { left: number; top: number; cellWidth: number; cellHeight: number } {
  const glass = GLASS[orientation];
  const frame = frameOf(glass.widthPx, glass.heightPx, widthMm);
  const grid = gridOf(frame);
  return {
    left: grid.left / frame.width,
    top: (frame.headerHeight + grid.top) / frame.height,
    cellWidth: grid.cellWidth / frame.width,
    cellHeight: grid.cellHeight / frame.height,
  };
}

export function glassHeightPx(orientation: Orientation, widthPx: number): number {
  return (GLASS[orientation].heightPx * widthPx) / GLASS[orientation].widthPx;
}

/** What is taken for the width of a screen that nobody measured. */
export function assumedWidthMm(orientation: Orientation): number {
  return ASSUMED_WIDTH_MM[orientation];
}

/** The size that a screen of this width is sold by. */
export function diagonalInches(orientation: Orientation, widthMm: number): number {
  const { widthPx, heightPx } = GLASS[orientation];
  return (widthMm * Math.hypot(widthPx, heightPx)) / widthPx / MM_AN_INCH;
}

function Glass({ show, orientation, widthPx }: { readonly show: Show; readonly orientation: Orientation; readonly widthPx: number }) {
  const glass = GLASS[orientation];
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
        <Screen show={show} films={null} />
      </div>
    </div>
  );
}

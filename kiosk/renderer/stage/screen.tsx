import { Foot } from '../furniture/foot.tsx';
import { Header } from '../furniture/header.tsx';
import { Identity } from '../furniture/identity.tsx';
import { daylightAt } from '../light/daylight.ts';
import { pixelShiftAt } from '../light/pixel-shift.ts';
import type { PlaylistEntry } from '../playlist.ts';
import { localTime } from '../words/dates.ts';
import { CrossFade } from './cross-fade.tsx';
import { frameOf } from './frame.ts';
import { frameProperties } from './frame-properties.ts';
import { type FilmEvents, SceneView } from './scene-view.tsx';
import { HOME_ZONE, type Show, usableQr } from './show.ts';

/** One code on a screen is enough. */
function showsCode(entry: PlaylistEntry): boolean {
  return entry.scene === 'join' || (entry.scene === 'layout' && entry.placements.some(({ widget }) => widget === 'join'));
}

/** One frame of the show: header, scene, foot. Without anybody to hear of films they stand still. */
export function Screen({ show, films }: { readonly show: Show; readonly films: FilmEvents | null }) {
  const { state, language, entry, nowMs } = show;
  const frame = frameOf(show.viewport.widthPx, show.viewport.heightPx, state.display.widthMm);
  const time = state.clock === 'unknown' ? null : localTime(nowMs, state.document?.building.timeZone ?? HOME_ZONE, language);
  const qr = usableQr(state, nowMs);
  const shift = pixelShiftAt(nowMs);
  // Sides change every other round, languages every round: each language is seen on both sides.
  const arrangement = Math.floor(show.round / 2) % 2 === 0 ? 'first' : 'second';
  // Before there is a building there is nothing to head or to foot.
  const framed = entry.scene !== 'starting' && entry.scene !== 'unclaimed' && entry.scene !== 'resting';
  const dress = entry.scene === 'urgent' ? 'alert' : 'plain';

  return (
    <div
      className="lobby"
      data-theme="lobby"
      data-light={daylightAt(time?.hour ?? null)}
      data-orientation={frame.orientation}
      data-scene={entry.scene}
      data-dress={dress}
      data-framed={framed}
      lang={language}
      style={{ ...frameProperties(frame), '--shift-x': `${shift.xPx}px`, '--shift-y': `${shift.yPx}px` }}
    >
      <div className="lobby-stage">
        {framed && <Header building={state.document?.building ?? null} time={time} language={language} frame={frame} dress={dress} />}
        <CrossFade id={`${entry.key} ${language} ${arrangement}`} dress={dress}>
          <SceneView show={show} frame={frame} time={time} qr={qr} claim={state.claim} arrangement={arrangement} films={films} />
        </CrossFade>
        {framed && <Foot state={state} nowMs={nowMs} language={language} qr={showsCode(entry) ? null : qr} frame={frame} dress={dress} />}
      </div>
      {state.identity !== null && <Identity words={state.identity} language={language} />}
    </div>
  );
}

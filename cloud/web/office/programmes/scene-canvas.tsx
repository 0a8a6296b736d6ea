import type { BuildingFacts } from '@concierge/contract/http/facts.ts';
import type { ScreenMedia } from '@concierge/contract/kiosk/screen.ts';
import type { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import { GRID, type Placement, type Scene } from '@concierge/contract/mqtt/scenes.ts';
import type { Language } from '@concierge/contract/text.ts';
import { programmesStrings } from '@concierge/i18n/office/programmes.ts';
import { glassHeightPx, gridOnGlass, ScenePreview } from '@concierge/kiosk-renderer/preview.tsx';
import { isWidgetKind, widgetForms } from '@concierge/kiosk-renderer/widgets/forms.ts';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useWords } from '../i18n.ts';
import { type Cells, movedTo, type Orientation, resizedTo, steppedTo } from './grid-rules.ts';
import { MeasuredPreview } from './measured-preview.tsx';

interface Drag {
  readonly id: string;
  readonly kind: 'move' | 'resize';
  readonly from: Cells;
  readonly startX: number;
  readonly startY: number;
  /** Where it would come to lie if it were let go of now. */
  readonly to: Cells;
}

/** The scene as the lobby would show it, and over it the boxes that can be moved. */
export function SceneCanvas({
  scene,
  document,
  facts,
  media,
  language,
  orientation,
  nowMs,
  widthMm,
  smallestMm,
  widthPx,
  readOnly,
  selectedId,
  isFaulty,
  onSelect,
  onPlace,
  onRemove,
  onCut,
}: {
  scene: Scene;
  document: LobbyDocument;
  /** What the building's screens know besides. */
  facts: BuildingFacts;
  /** The pictures of the library. */
  media: readonly ScreenMedia[];
  language: Language;
  orientation: Orientation;
  nowMs: number;
  /** How wide the screen is that it is shown as. */
  widthMm: number;
  /** The screen on which there is the least room: what fits there fits everywhere. */
  smallestMm: number;
  widthPx: number;
  /** Boxes can be looked at and chosen, not changed. */
  readOnly: boolean;
  selectedId: string | null;
  isFaulty(placement: Placement): boolean;
  onSelect(id: string | null): void;
  onPlace(id: string, cells: Cells): void;
  onRemove(id: string): void;
  /** The widgets whose text does not fit on the smallest screen, whenever that changes. */
  onCut(ids: readonly string[]): void;
}) {
  const { t, language: officeLanguage } = useWords();
  const [drag, setDrag] = useState<Drag | null>(null);
  /** Numbered, because the same words are read out again only as another line. */
  const [said, setSaid] = useState({ words: '', number: 0 });
  const placements = scene.view.kind === 'layout' ? scene.view[orientation] : [];
  const heightPx = glassHeightPx(orientation, widthPx);
  const grid = gridOnGlass(orientation, widthMm);
  const cell = { width: grid.cellWidth * widthPx, height: grid.cellHeight * heightPx };
  const cellsOf = (placement: Placement): Cells => (drag?.id === placement.id ? drag.to : placement);
  const measures = ({ column, row, columns, rows }: Cells) => ({ column: column + 1, row: row + 1, columns, rows });
  const wordsOf = (placement: Placement) =>
    isWidgetKind(placement.widget) ? programmesStrings[officeLanguage].widgets[placement.widget].name : placement.widget;
  const labelOf = (placement: Placement) => {
    const box = t('canvas.box', { widget: wordsOf(placement), ...measures(cellsOf(placement)) });
    return isFaulty(placement) ? `${box}, ${t('scene.faulty')}` : box;
  };
  const say = (words: string) => setSaid(({ number }) => ({ words, number: number + 1 }));

  const othersOf = (placement: Placement) => placements.filter(({ id }) => id !== placement.id);
  const attempt = (placement: Placement, kind: Drag['kind'], from: Cells, columns: number, rows: number): Cells | null => {
    const others = othersOf(placement);
    if (kind === 'move') return movedTo(from, from.column + columns, from.row + rows, others, orientation);
    const least = isWidgetKind(placement.widget) ? widgetForms[placement.widget].least[orientation] : { columns: 1, rows: 1 };
    return resizedTo(from, from.columns + columns, from.rows + rows, least, others, orientation);
  };
  const begin = (event: PointerEvent<HTMLElement>, placement: Placement, kind: Drag['kind']) => {
    if (readOnly || event.button !== 0) return;
    // A finger that passes over a box scrolls the page; the one that was chosen follows it.
    if (event.pointerType === 'touch' && placement.id !== selectedId) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    onSelect(placement.id);
    const { column, row, columns, rows } = placement;
    const from = { column, row, columns, rows };
    setDrag({ id: placement.id, kind, from, startX: event.clientX, startY: event.clientY, to: from });
  };
  const follow = (event: PointerEvent<HTMLElement>, placement: Placement) => {
    if (drag === null || drag.id !== placement.id) return;
    const columns = Math.round((event.clientX - drag.startX) / cell.width);
    const rows = Math.round((event.clientY - drag.startY) / cell.height);
    const to = attempt(placement, drag.kind, drag.from, columns, rows);
    if (to !== null) setDrag({ ...drag, to });
  };
  const drop = () => {
    if (drag !== null && !isSame(drag.from, drag.to)) onPlace(drag.id, drag.to);
    setDrag(null);
  };
  const onKey = (event: KeyboardEvent<HTMLElement>, placement: Placement) => {
    if (readOnly) return;
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      say(t('canvas.removed'));
      onRemove(placement.id);
      return;
    }
    if (event.key === 'Escape' && drag !== null) return setDrag(null);
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = event.shiftKey
      ? attempt(placement, 'resize', placement, step.columns, step.rows)
      : steppedTo(placement, step, othersOf(placement), orientation);
    if (to === null) return say(t('canvas.blocked'));
    if (isSame(to, placement)) return say(t(step.columns + step.rows < 0 ? 'canvas.least' : 'canvas.blocked'));
    say(t('canvas.moved', measures(to)));
    onPlace(placement.id, to);
  };

  const preview = { document, scene, facts, media, language, now: nowMs, orientation, widthPx };
  return (
    <div className="canvas" style={{ inlineSize: widthPx, blockSize: heightPx }}>
      {widthMm === smallestMm ? (
        <MeasuredPreview {...preview} widthMm={widthMm} onCut={onCut} />
      ) : (
        <>
          <ScenePreview {...preview} widthMm={widthMm} />
          <div hidden>
            <MeasuredPreview {...preview} widthMm={smallestMm} onCut={onCut} />
          </div>
        </>
      )}
      {scene.view.kind === 'layout' && (
        <div
          className="canvas-grid"
          role="group"
          aria-label={t('canvas.label')}
          data-dragging={drag !== null || undefined}
          data-read-only={readOnly || undefined}
          style={{
            insetInlineStart: grid.left * widthPx,
            insetBlockStart: grid.top * heightPx,
            inlineSize: GRID[orientation].columns * cell.width,
            blockSize: GRID[orientation].rows * cell.height,
            backgroundSize: `${cell.width}px ${cell.height}px`,
          }}
        >
          {placements.map((placement) => {
            const cells = cellsOf(placement);
            return (
              <button
                key={placement.id}
                type="button"
                className="canvas-box"
                aria-pressed={placement.id === selectedId}
                aria-label={labelOf(placement)}
                data-box={placement.id}
                data-faulty={isFaulty(placement) || undefined}
                style={{
                  insetInlineStart: cells.column * cell.width,
                  insetBlockStart: cells.row * cell.height,
                  inlineSize: cells.columns * cell.width,
                  blockSize: cells.rows * cell.height,
                }}
                onClick={() => onSelect(placement.id)}
                onKeyDown={(event) => onKey(event, placement)}
                onPointerDown={(event) => begin(event, placement, 'move')}
                onPointerMove={(event) => follow(event, placement)}
                onPointerUp={drop}
                onPointerCancel={() => setDrag(null)}
              >
                <span className="canvas-name" aria-hidden>
                  {wordsOf(placement)}
                </span>
                {/* For the mouse alone: the keyboard has Shift and the arrows. What follows a press here reaches the box, which ends it once. */}
                {!readOnly && <span className="canvas-handle" aria-hidden onPointerDown={(event) => begin(event, placement, 'resize')} />}
              </button>
            );
          })}
        </div>
      )}
      <p className="visually-hidden" role="status">
        <span key={said.number}>{said.words}</span>
      </p>
    </div>
  );
}

const STEPS: Readonly<Record<string, { readonly columns: number; readonly rows: number }>> = {
  ArrowLeft: { columns: -1, rows: 0 },
  ArrowRight: { columns: 1, rows: 0 },
  ArrowUp: { columns: 0, rows: -1 },
  ArrowDown: { columns: 0, rows: 1 },
};

function isSame(one: Cells, other: Cells): boolean {
  return one.column === other.column && one.row === other.row && one.columns === other.columns && one.rows === other.rows;
}

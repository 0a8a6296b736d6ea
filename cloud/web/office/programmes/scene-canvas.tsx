import type { BuildingFacts } from '@concierge/contract/http/facts.ts';
import type { ScreenMedia } from '@concierge/contract/kiosk/screen.ts';
import type { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import { GRID, type Placement, type Scene } from '@concierge/contract/mqtt/scenes.ts';
import type { Language } from '@concierge/contract/text.ts';
import { programmesStrings } from '@concierge/i18n/office/programmes.ts';
import { glassHeightPx, gridOnGlass, ScenePreview } from '@concierge/kiosk-renderer/preview.tsx';
import { isWidgetKind, widgetForms } from '@concierge/kiosk-renderer/widgets/forms.ts';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n.ts';
import { type Cells, movedTo, type Orientation, resizedTo } from './grid-rules.ts';

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
  widthPx,
  selectedId,
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
  widthPx: number;
  selectedId: string | null;
  onSelect(id: string | null): void;
  onPlace(id: string, cells: Cells): void;
  onRemove(id: string): void;
  /** The widgets whose text does not fit, whenever that changes. */
  onCut(ids: readonly string[]): void;
}) {
  const { t, language: officeLanguage } = useWords();
  const [drag, setDrag] = useState<Drag | null>(null);
  const [said, setSaid] = useState('');
  const canvas = useRef<HTMLDivElement>(null);
  const placements = scene.view.kind === 'layout' ? scene.view[orientation] : [];
  const heightPx = glassHeightPx(orientation, widthPx);
  const grid = gridOnGlass(orientation);
  const cell = { width: grid.cellWidth * widthPx, height: grid.cellHeight * heightPx };
  const wordsOf = (placement: Placement) =>
    isWidgetKind(placement.widget) ? programmesStrings[officeLanguage].widgets[placement.widget].name : placement.widget;
  const cellsOf = (placement: Placement): Cells => (drag?.id === placement.id ? drag.to : placement);
  const measures = ({ column, row, columns, rows }: Cells) => ({ column: column + 1, row: row + 1, columns, rows });

  useCutWidgets(canvas, onCut, [scene, document, facts, media, language, orientation, widthPx]);

  const attempt = (placement: Placement, kind: Drag['kind'], from: Cells, columns: number, rows: number): Cells | null => {
    const others = placements.filter(({ id }) => id !== placement.id);
    if (kind === 'move') return movedTo(from, from.column + columns, from.row + rows, others, orientation);
    const least = isWidgetKind(placement.widget) ? widgetForms[placement.widget].least[orientation] : { columns: 1, rows: 1 };
    return resizedTo(from, from.columns + columns, from.rows + rows, least, others, orientation);
  };
  const begin = (event: PointerEvent<HTMLElement>, placement: Placement, kind: Drag['kind']) => {
    if (event.button !== 0) return;
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
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      setSaid(t('canvas.removed'));
      onRemove(placement.id);
      return;
    }
    if (event.key === 'Escape' && drag !== null) return setDrag(null);
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = attempt(placement, event.shiftKey ? 'resize' : 'move', placement, step.columns, step.rows);
    if (to === null || isSame(to, placement)) return;
    setSaid(t('canvas.moved', measures(to)));
    onPlace(placement.id, to);
  };

  return (
    <div ref={canvas} className="canvas" style={{ inlineSize: widthPx, blockSize: heightPx }}>
      <ScenePreview
        document={document}
        scene={scene}
        facts={facts}
        media={media}
        language={language}
        now={nowMs}
        orientation={orientation}
        widthPx={widthPx}
      />
      {scene.view.kind === 'layout' && (
        <div
          className="canvas-grid"
          role="group"
          aria-label={t('canvas.label')}
          data-dragging={drag !== null || undefined}
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
                aria-label={t('canvas.box', { widget: wordsOf(placement), ...measures(cells) })}
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
                {/* For the mouse alone: the keyboard has Shift and the arrows. */}
                <span
                  className="canvas-handle"
                  aria-hidden
                  onPointerDown={(event) => begin(event, placement, 'resize')}
                  onPointerMove={(event) => follow(event, placement)}
                  onPointerUp={drop}
                  onPointerCancel={() => setDrag(null)}
                />
              </button>
            );
          })}
        </div>
      )}
      <p className="visually-hidden" role="status">
        {said}
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

/** The renderer marks what it had to cut; which widgets those are is read from the preview itself. */
function useCutWidgets(
  canvas: { readonly current: HTMLElement | null },
  onCut: (ids: readonly string[]) => void,
  drawn: readonly unknown[],
): void {
  const last = useRef('');
  useEffect(() => {
    const boxes = canvas.current?.querySelectorAll('[data-placement]:has([data-cut])') ?? [];
    const ids = [...boxes].map((box) => box.getAttribute('data-placement') ?? '');
    if (ids.join() === last.current) return;
    last.current = ids.join();
    onCut(ids);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what is drawn changes with these, and the ref with none
  }, drawn);
}

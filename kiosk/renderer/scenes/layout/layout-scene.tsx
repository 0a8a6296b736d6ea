import type { Placement } from '@concierge/contract/mqtt/scenes.ts';
import type { Language } from '@concierge/contract/text.ts';
import type { Frame } from '../../stage/frame.ts';
import { units } from '../../stage/frame-properties.ts';
import type { WidgetFacts } from '../../widgets/facts.ts';
import { viewOf } from '../../widgets/views.ts';
import '../../widgets/widgets.css';
import type { WidgetPlay } from '../../widgets/widget.ts';
import type { LocalTime } from '../../words/dates.ts';
import { BOX_PADDING, boxOf, gridOf, roomOf } from './grid.ts';

interface LayoutSceneProps {
  readonly placements: readonly Placement[];
  readonly facts: WidgetFacts;
  readonly time: LocalTime | null;
  readonly language: Language;
  readonly frame: Frame;
  readonly play: WidgetPlay | null;
}

/** Widgets where somebody put them. */
export function LayoutScene({ placements, facts, time, language, frame, play }: LayoutSceneProps) {
  const grid = gridOf(frame);
  return (
    <section className="layout" style={{ '--padding': units(BOX_PADDING) }}>
      {placements.map((placement) => {
        const Draw = viewOf(placement.widget);
        if (Draw === null) return null;
        const box = boxOf(placement, grid);
        return (
          <div
            key={placement.id}
            className="layout-box"
            data-placement={placement.id}
            style={{ '--left': units(box.left), '--top': units(box.top), '--width': units(box.width), '--height': units(box.height) }}
          >
            <Draw
              settings={placement.settings}
              facts={facts}
              time={time}
              language={language}
              room={roomOf(box)}
              frame={frame}
              play={play}
            />
          </div>
        );
      })}
    </section>
  );
}

import { ScenePreview } from '@concierge/kiosk-renderer/preview.tsx';
import { type ComponentProps, useEffect, useRef } from 'react';

/** The preview, and which widgets it had to cut. */
export function MeasuredPreview({
  onCut,
  ...preview
}: ComponentProps<typeof ScenePreview> & {
  /** The widgets whose text does not fit, whenever those are others. */
  onCut(ids: readonly string[]): void;
}) {
  const drawn = useRef<HTMLDivElement>(null);
  const last = useRef<string | null>(null);
  // The renderer marks what it had to cut. That may change with anything that is drawn; to look is cheap.
  useEffect(() => {
    const boxes = drawn.current?.querySelectorAll('[data-placement]:has([data-cut])') ?? [];
    const ids = [...boxes].map((box) => box.getAttribute('data-placement') ?? '');
    if (ids.join() === last.current) return;
    last.current = ids.join();
    onCut(ids);
  });
  return (
    <div ref={drawn}>
      <ScenePreview {...preview} />
    </div>
  );
}

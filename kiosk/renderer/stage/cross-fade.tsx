import { type ReactNode, useState } from 'react';

interface Layer {
  readonly id: string;
  readonly dress: string;
  readonly children: ReactNode;
}

/**
 * Shows its children, and when `id` changes lets the new ones appear over the old, which leave when the movement is over. The old scene
 * stays opaque underneath, so the wall never shines through between two scenes.
 */
export function CrossFade({ id, dress, children }: Layer) {
  const [current, setCurrent] = useState<Layer>({ id, dress, children });
  const [leaving, setLeaving] = useState<Layer | null>(null);
  if (current.id !== id) setLeaving(current);
  if (current.id !== id || current.children !== children) setCurrent({ id, dress, children });

  return (
    <main className="lobby-scenes">
      {leaving !== null && (
        <div key={leaving.id} className="lobby-layer" data-dress={leaving.dress} aria-hidden>
          {leaving.children}
        </div>
      )}
      <div
        key={id}
        className={leaving === null ? 'lobby-layer' : 'lobby-layer lobby-layer-entering'}
        data-dress={dress}
        onAnimationEnd={(event) => {
          if (event.target === event.currentTarget) setLeaving(null);
        }}
      >
        {children}
      </div>
    </main>
  );
}

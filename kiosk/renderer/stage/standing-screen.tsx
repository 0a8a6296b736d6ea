import type { Language } from '@concierge/contract/text.ts';
import type { ReactNode } from 'react';
import { frameOf } from './frame.ts';
import { frameProperties } from './frame-properties.ts';

interface StandingScreenProps {
  readonly scene: string;
  readonly language: Language;
  readonly children: ReactNode;
}

/** A scene with nothing around it that could fail: no header, no foot, no state. */
export function StandingScreen({ scene, language, children }: StandingScreenProps) {
  const frame = frameOf(window.innerWidth, window.innerHeight, null);
  return (
    <div
      className="lobby"
      data-theme="lobby"
      data-light="day"
      data-orientation={frame.orientation}
      data-scene={scene}
      lang={language}
      style={frameProperties(frame)}
    >
      <div className="lobby-layer">{children}</div>
    </div>
  );
}

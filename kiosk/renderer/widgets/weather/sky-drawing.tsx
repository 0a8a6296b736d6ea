import type { Sky } from '@concierge/contract/mqtt/facts.ts';
import type { ReactNode } from 'react';

/** One cloud for all that have one, on a grid of 64; `high` leaves room below for what falls out of it. */
const CLOUD = {
  low: 'M18 52a11 11 0 0 1-1.600-21.900A16 16 0 0 1 47 26.500a12.800 12.800 0 0 1 2.500 25.500z',
  high: 'M18 42a11 11 0 0 1-1.600-21.900A16 16 0 0 1 47 16.500a12.800 12.800 0 0 1 2.500 25.500z',
} as const;

const FALLING: Readonly<Record<'drizzle' | 'rain' | 'heavy-rain', string>> = {
  drizzle: 'M22 49v4 M33 49v4 M44 49v4',
  rain: 'M22 48l-3 9 M33 48l-3 9 M44 48l-3 9',
  'heavy-rain': 'M18 48l-4 12 M27 48l-4 12 M36 48l-4 12 M45 48l-4 12',
};

/** The sky as a picture that is told apart from three metres; the word always stands beside it. */
export function SkyDrawing({ sky, isDay }: { readonly sky: Sky; readonly isDay: boolean }) {
  return (
    <svg className="sky-drawing" viewBox="0 0 64 64" aria-hidden>
      {drawingOf(sky, isDay)}
    </svg>
  );
}

function drawingOf(sky: Sky, isDay: boolean): ReactNode {
  switch (sky) {
    case 'clear':
      return isDay ? <Sun x={32} y={32} radius={12} /> : <Moon transform="translate(4 4) scale(0.9)" />;
    case 'fair':
    case 'cloudy':
      return (
        <>
          {isDay ? (
            <Sun x={sky === 'fair' ? 26 : 44} y={sky === 'fair' ? 25 : 19} radius={sky === 'fair' ? 12 : 9} />
          ) : (
            <Moon transform={sky === 'fair' ? 'translate(0 -2) scale(0.8)' : 'translate(26 -1) scale(0.56)'} />
          )}
          {sky === 'fair' ? <Cloud transform="translate(25 26) scale(0.6)" /> : <Cloud transform="translate(-2 4)" />}
        </>
      );
    case 'overcast':
      return (
        <>
          <Cloud transform="translate(24 -2) scale(0.6)" behind />
          <Cloud transform="translate(-2 4)" />
        </>
      );
    case 'fog':
      return (
        <>
          <Cloud high />
          <path className="sky-fog" d="M10 49h44 M16 57h32" />
        </>
      );
    case 'snow':
      return (
        <>
          <Cloud high />
          <Flake x={21} y={53} />
          <Flake x={43} y={53} />
        </>
      );
    case 'sleet':
      return (
        <>
          <Cloud high />
          <path className="sky-rain" d="M21 48l-3 9" />
          <Flake x={33} y={54} />
          <path className="sky-rain" d="M47 48l-3 9" />
        </>
      );
    case 'storm':
      return (
        <>
          <Cloud high />
          <path className="sky-lightning" d="M35 38l-10 13h7l-4 11 12-15h-7.500l4.500-9z" />
        </>
      );
    case 'drizzle':
    case 'rain':
    case 'heavy-rain':
      return (
        <>
          <Cloud high />
          <path className="sky-rain" d={FALLING[sky]} />
        </>
      );
  }
}

function Sun({ x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number }) {
  const rays = Array.from({ length: 8 }, (_, index) => {
    const angle = (index * Math.PI) / 4;
    const end = (distance: number) => `${(x + Math.cos(angle) * distance).toFixed(1)} ${(y + Math.sin(angle) * distance).toFixed(1)}`;
    return `M${end(radius * 1.42)}L${end(radius * 1.95)}`;
  });
  return (
    <>
      <circle className="sky-sun" cx={x} cy={y} r={radius} />
      <path className="sky-ray" d={rays.join('')} />
    </>
  );
}

function Moon({ transform }: { readonly transform: string }) {
  return <path className="sky-moon" transform={transform} d="M38 8a25 25 0 1 0 19 35.500A21 21 0 0 1 38 8z" />;
}

function Cloud({
  transform,
  high = false,
  behind = false,
}: {
  readonly transform?: string;
  readonly high?: boolean;
  readonly behind?: boolean;
}) {
  return <path className="sky-cloud" data-behind={behind || undefined} transform={transform} d={high ? CLOUD.high : CLOUD.low} />;
}

function Flake({ x, y }: { readonly x: number; readonly y: number }) {
  const arms = [0, 1, 2].map((index) => {
    const angle = (index * Math.PI) / 3;
    const [across, down] = [Math.cos(angle) * 5.5, Math.sin(angle) * 5.5];
    return `M${(x - across).toFixed(1)} ${(y - down).toFixed(1)}L${(x + across).toFixed(1)} ${(y + down).toFixed(1)}`;
  });
  return <path className="sky-rain" d={arms.join('')} />;
}

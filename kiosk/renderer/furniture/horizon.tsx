import { sunPosition } from '../light/daylight.ts';
import './horizon.css';

/** A window on the sea whose sun stands where the hour puts it. It says nothing that words do not; it is the light in the hall. */
export function Horizon({ minuteOfDay }: { readonly minuteOfDay: number | null }) {
  const sun = sunPosition(minuteOfDay);
  return (
    <div className="horizon" aria-hidden style={{ '--sun-across': sun.across, '--sun-up': sun.up }}>
      <div className="horizon-sun" />
      <div className="horizon-sea">
        <i />
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}

import type { FoundPlace } from '@concierge/contract/http/weather.ts';
import type { Result } from '@concierge/kernel/result.ts';
import type { Reading } from './rules.ts';

export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** Why there is no answer. `wrong` is an answer that cannot be the weather; the others may pass by themselves. */
export interface ServiceFailure {
  readonly kind: 'unreachable' | 'refused' | 'wrong';
  /** One sentence for the log. */
  readonly detail: string;
}

/** Who knows the weather: a port, so that the product is not married to one service. */
export interface WeatherService {
  /** The weather at a place now and in the days to come. */
  read(at: Coordinates): Promise<Result<Reading, ServiceFailure>>;
  /** Places of that name; null where this installation has nobody to ask. */
  readonly search: ((name: string) => Promise<Result<FoundPlace[], ServiceFailure>>) | null;
}

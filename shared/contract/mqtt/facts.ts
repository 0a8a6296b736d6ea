import { isIban } from '@concierge/kernel/iban.ts';
import { z } from 'zod';
import { Sequence } from '../sequence.ts';
import { CalendarDate, Instant, localizedText, Uuid } from '../text.ts';

/** What the sky looks like: the codes of WMO table 4677 that forecasts use, in as many kinds as people tell apart. */
export const Sky = z.enum(['clear', 'fair', 'cloudy', 'overcast', 'fog', 'drizzle', 'rain', 'heavy-rain', 'sleet', 'snow', 'storm']);
export type Sky = z.infer<typeof Sky>;

export const WindFrom = z.enum(['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw']);
export type WindFrom = z.infer<typeof WindFrom>;

/** Colder or hotter was never measured where people live. */
const Celsius = z.int().min(-70).max(60);

/** The weather of the place a building says it stands in. */
export const WeatherFact = z
  .strictObject({
    place: localizedText(60),
    measuredAt: Instant,
    /** From this instant on it is too old to be called the weather, and is not shown. */
    showUntil: Instant,
    now: z.strictObject({
      temperatureC: Celsius,
      sky: Sky,
      isDay: z.boolean(),
      windBeaufort: z.int().min(0).max(12),
      windFrom: WindFrom,
    }),
    /** Today and what follows, by the place's calendar. */
    days: z
      .array(z.strictObject({ date: CalendarDate, sky: Sky, lowestC: Celsius, highestC: Celsius }))
      .min(1)
      .max(4),
  })
  .meta({ id: 'WeatherFact' });
export type WeatherFact = z.infer<typeof WeatherFact>;

/** The characters every bank takes in a name (EPC217-08, basic Latin): what a payment code may hold for certain. */
const BankText = z
  .string()
  .trim()
  .min(1)
  .max(70)
  .regex(/^[A-Za-z0-9/\-?:().,'+ ]+$/)
  .regex(/[A-Za-z0-9]/);

/** The account of the building, as the bank knows it. Never an apartment's, and never with an amount. */
export const AccountFact = z
  .strictObject({
    iban: z.string().max(34).refine(isIban, { error: 'an account number that checks' }),
    holder: BankText,
  })
  .meta({ id: 'AccountFact' });
export type AccountFact = z.infer<typeof AccountFact>;

/** What widgets can show of a building besides its content, each by itself: one that this version does not know is left out, and costs no other. */
export const factSchemas = { weather: WeatherFact, account: AccountFact } as const;
export type LobbyFacts = { readonly [Name in keyof typeof factSchemas]: z.infer<(typeof factSchemas)[Name]> | null };

/** The claims of the signed facts message. `facts` is open on purpose, as the settings of a widget are: a screen may be older than a fact. */
export const FactsClaims = z.strictObject({
  kind: z.literal('facts'),
  buildingId: Uuid,
  sequence: Sequence,
  issuedAt: Instant,
  expiresAt: Instant,
  facts: z.record(z.string().regex(/^[a-z][a-z-]{1,29}$/), z.json()),
});
export type FactsClaims = z.infer<typeof FactsClaims>;

/** Those of the facts that this version knows and that have their form; null for the others. */
export function knownFacts(facts: FactsClaims['facts']): LobbyFacts {
  const weather = WeatherFact.safeParse(facts['weather']);
  const account = AccountFact.safeParse(facts['account']);
  return { weather: weather.success ? weather.data : null, account: account.success ? account.data : null };
}

/** A building of which nothing is known besides its content. */
export const NO_FACTS: LobbyFacts = { weather: null, account: null };

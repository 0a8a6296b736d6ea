/** How the end of something is told: at a `{moment}`, `Παρ 21 Νοε, 18:05`, or with a whole day, its `{weekday}` and the `{date}` after it. */
export interface EndingStrings {
  readonly at: string;
  readonly endOfDay: string;
  /** By the short English name, in the case that `endOfDay` wants. */
  readonly weekdays: Readonly<Record<string, string>>;
}

const el: EndingStrings = {
  at: 'έως {moment}',
  endOfDay: 'έως το τέλος {weekday} {date}',
  weekdays: {
    Mon: 'της Δευτέρας',
    Tue: 'της Τρίτης',
    Wed: 'της Τετάρτης',
    Thu: 'της Πέμπτης',
    Fri: 'της Παρασκευής',
    Sat: 'του Σαββάτου',
    Sun: 'της Κυριακής',
  },
};

const en: EndingStrings = {
  at: 'until {moment}',
  endOfDay: 'until the end of {weekday} {date}',
  weekdays: { Mon: 'Monday', Tue: 'Tuesday', Wed: 'Wednesday', Thu: 'Thursday', Fri: 'Friday', Sat: 'Saturday', Sun: 'Sunday' },
};

export const endingStrings: Readonly<Record<'el' | 'en', EndingStrings>> = { el, en };

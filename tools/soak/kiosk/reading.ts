/** What the page's document said at one moment, all layers of it, those that are on their way out too. */
export interface GlassReading {
  /** On the soak's counter. */
  readonly atMs: number;
  readonly scene: string | null;
  readonly language: string | null;
  readonly texts: readonly string[];
  /** The header's time of day, as written. */
  readonly clock: string | null;
  readonly day: string | null;
  /** The foot's line about the connection and the age of the data. */
  readonly status: string | null;
  /** The dark modules of each code, as SVG paths. */
  readonly codes: readonly string[];
  /** Readings that were too many to keep, since the page was opened. */
  readonly lost: number;
}

export interface GlassSight {
  /** Of text that can be seen: not hidden, not outside, not transparent. */
  readonly characters: number;
  /** False when no frame with what has changed was made within three real seconds: what is said to be seen was not painted then. */
  readonly isPainted: boolean;
}

/** What the page answers when it has been given time. */
export interface GlassAnswer extends GlassSight {
  readonly readings: readonly GlassReading[];
  readonly animating: boolean;
}

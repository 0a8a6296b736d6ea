/** The bridge's names on Electron's inter-process wire; nothing else may be sent on it. */
export const channels = {
  /** main → renderer: a whole ScreenState. */
  state: 'screen-state',
  /** renderer → main: somebody listens now, and wants the current state. */
  subscribe: 'screen-subscribe',
  /** renderer → main: a PaintedFrame. */
  painted: 'painted',
} as const;

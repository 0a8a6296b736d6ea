import type { Device } from '@concierge/contract/http/devices.ts';

/** How far a screen is with the newest content of its building. */
export type ContentProgress = 'nothing' | 'painted' | 'received' | 'behind';

/** `painted`: the newest stands on the glass. `received`: it has arrived and is about to. `behind`: the screen still shows an older one. */
export function contentProgress({ contentSequence, reported }: Pick<Device, 'contentSequence' | 'reported'>): ContentProgress {
  if (contentSequence === 0) return 'nothing';
  if (reported === null || reported.contentSequence < contentSequence) return 'behind';
  return reported.paintedSequence >= contentSequence ? 'painted' : 'received';
}

/** What the soak and the clock inside the agent's process say to each other. */

export interface ClockFacts {
  /** The counter that only grows. All of the soak has one. */
  readonly monotonicMs: number;
  /** What the device's wall clock says less the counter: the right one in a device whose clock is right. */
  readonly wallOffsetMs: number;
  /** Whether the system says that it has reached network time. */
  readonly synchronized: boolean;
}

export type AgentOrder = { readonly soak: 'time'; readonly facts: ClockFacts; readonly leap: boolean } | { readonly soak: 'memory' };

/** The file by which systemd tells that the clock has been set from the network; kiosk/agent/clock/clock.ts looks for it. */
export const SYNCHRONIZED_MARK = '/run/systemd/timesync/synchronized';

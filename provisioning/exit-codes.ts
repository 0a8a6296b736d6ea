/** What the program ends with, after sysexits.h; each with the sentence that `--help` prints. */
export const exitCodes = {
  done: { code: 0, means: 'done' },
  failed: { code: 1, means: 'anything else, a fault of this program included' },
  usage: { code: 64, means: 'the command line is wrong' },
  refused: { code: 65, means: 'what was given was refused: a file, a serial, a name that is taken, a batch that is over' },
  unreachable: { code: 69, means: 'the cloud cannot be reached, or is overloaded; try again' },
  notAllowed: { code: 77, means: 'not signed in, locked out, or this account may not do it' },
} as const;

export type Ending = Exclude<keyof typeof exitCodes, 'done'>;

/** Why a command did not do what it was asked: an expected failure, in one sentence for the reader. */
export interface Refusal {
  readonly ending: Ending;
  /** Stable, for programs: the cloud's problem code or one of ours. */
  readonly code: string;
  readonly message: string;
}

export function exitCodeHelp(): string {
  return Object.values(exitCodes)
    .map(({ code, means }) => `  ${String(code).padStart(2)}  ${means}`)
    .join('\n');
}

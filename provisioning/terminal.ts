/** What the program is given by whoever starts it. Only main.ts makes a real one. */
export interface Terminal {
  /** What was asked for. With `--json` it is one JSON document and nothing else. */
  write(text: string): void;
  /** Progress and complaints. */
  tell(line: string): void;
  /** All of standard input, at most `maxBytes` of it; null when there is more. */
  readInput(maxBytes: number): Promise<string | null>;
  /** Asks a person without showing what they type; null where nobody can be asked. */
  askHidden(question: string): Promise<string | null>;
}

export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly workingFolder: string;
  nowMs(): number;
  randomBytes(bytes: number): Uint8Array;
}

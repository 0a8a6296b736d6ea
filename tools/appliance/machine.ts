/** A machine that starts the appliance. */
export interface Machine {
  readonly kind: 'container' | 'qemu';
  /** What it is, for the report. */
  readonly about: string;
  /** The serial number that its board tells. */
  readonly serial: string;
  /** Lays a file on the boot partition, before the start. */
  writeOnBoot(name: string, text: string): Promise<void>;
  /** Names of what lies on the boot partition, while it is off. */
  namesOnBoot(): Promise<readonly string[]>;
  /** Presses the power button. */
  start(): void;
  /** How often it has started since it was made: a reboot counts. */
  starts(): number;
  /** What the journal has said so far, a line each, the newest last. */
  lines(): readonly string[];
  /** As if somebody pulled the plug. */
  cutPower(): Promise<void>;
  /** What stands on the glass, as a PNG beside the report; null where it has no glass that could be asked. */
  glass(path: string): Promise<boolean>;
  /** Runs a program inside as root; null where there is no way in, which is how it is sold. */
  inside: ((...command: readonly string[]) => Promise<{ readonly code: number; readonly output: string }>) | null;
  /** A fingerprint of the root's partition; null where the root is no partition. */
  rootFingerprint(): Promise<string | null>;
  dispose(): Promise<void>;
}

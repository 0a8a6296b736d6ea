/** A file of the repository that is made, never typed. */
export interface Generator {
  /** From the repository's root. */
  readonly path: string;
  /** What it is made from, for whoever meets it in a diff. */
  readonly from: string;
  make(): Promise<string>;
}

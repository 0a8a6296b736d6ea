/** The part of autocannon that is used here; it brings no types. What it resolves with is parsed. */
declare module 'autocannon' {
  export default function autocannon(options: {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly requests: readonly { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> }[];
  }): Promise<unknown>;
}

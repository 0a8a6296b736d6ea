/** What a JSON text says, from its characters or its UTF-8 bytes; undefined, which no JSON text says, when it is none. */
export function jsonOrUndefined(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    return undefined;
  }
}

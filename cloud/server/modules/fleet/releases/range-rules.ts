/** Which bytes a request wants (RFC 9110 §14): all of them, a part, or a part that is not there. */
export type WantedBytes = { readonly from: number; readonly to: number; readonly part: boolean } | 'not-there';

/** What a device asks that goes on with a download. Anything but one plain range is answered with all, as the RFC allows. */
export function wantedBytes(
  request: { readonly range: string | undefined; readonly ifRange: string | undefined },
  file: { readonly bytes: number; readonly etag: string },
): WantedBytes {
  const all = { from: 0, to: file.bytes - 1, part: false };
  const { range, ifRange } = request;
  if (range === undefined || (ifRange !== undefined && ifRange !== file.etag)) return all;
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range) ?? [];
  if (first === undefined || last === undefined) return all;
  const from = Number(first);
  const to = last === '' ? file.bytes - 1 : Math.min(Number(last), file.bytes - 1);
  if (last !== '' && Number(last) < from) return all;
  return from >= file.bytes ? 'not-there' : { from, to, part: true };
}

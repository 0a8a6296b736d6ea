/** What a Range header asks for of a file (RFC 9110, 14). Several ranges, and what is no range of bytes, are answered with all of it, as the RFC allows. */
export function byteRange(
  header: string | undefined,
  bytes: number,
): 'all' | 'unsatisfiable' | { readonly first: number; readonly last: number } {
  const [whole, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (whole === undefined || (from === '' && to === '')) return 'all';
  // Without a beginning it is so many bytes of the end.
  if (from === '') return Number(to) === 0 ? 'unsatisfiable' : { first: Math.max(0, bytes - Number(to)), last: bytes - 1 };
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(bytes - 1, Number(to));
  if (to !== '' && Number(to) < first) return 'all';
  return first >= bytes ? 'unsatisfiable' : { first, last };
}

/** Where to go after logging in: the place the person came from, if it is one of the office's own addresses. */
export function returnAddress(next: string | undefined): string {
  if (next === undefined || !next.startsWith('/') || next.startsWith('//') || next.startsWith('/login') || /[\\\s]/.test(next)) return '/';
  return next;
}

/**
 * The presence token of a scanned address, `/j/<token>` or `/kiosk/connect?token=<token>`, taken out of the address bar and the history at once:
 * what stays there is seen by whoever uses the phone next, and is shared with the link.
 */
export function takeToken(
  location: { readonly pathname: string; readonly search: string },
  history: Pick<History, 'replaceState'>,
): string | null {
  const connect = location.pathname.startsWith('/kiosk/connect');
  if (!connect && !location.pathname.startsWith('/j/')) return null;
  const token = connect ? new URLSearchParams(location.search).get('token') : decoded(location.pathname.slice('/j/'.length));
  history.replaceState(null, '', '/kiosk/connect');
  return token === null || token === '' ? null : token.slice(0, 100);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).replace(/\/$/, '');
  } catch {
    return text;
  }
}

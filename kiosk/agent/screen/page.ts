import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';

const STATE_ELEMENT = /(<script\b[^>]*\bid="screen-state"[^>]*>)[\s\S]*?(<\/script>)/;

/** The renderer's page with the current state written into it, so that the first paint needs no second request. */
export function pageWithState(html: string, state: ScreenState): string {
  const json = jsonInHtml(state);
  // Replacements are functions because `$` in a building's text must stay a dollar sign.
  if (STATE_ELEMENT.test(html)) return html.replace(STATE_ELEMENT, (_all, open: string, close: string) => open + json + close);
  const element = `<script type="application/json" id="screen-state">${json}</script>`;
  return html.includes('</head>') ? html.replace('</head>', () => `${element}</head>`) : element + html;
}

/** JSON that cannot end its script element, whatever somebody wrote into an announcement. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** What is shown when the renderer itself is not there: nothing about any building, and it looks again by itself. */
export const bundledPage = `<!doctype html>
<html lang="el">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="10">
<title>New Concierge</title>
<style>
html { height: 100%; background: #10151c; color: #f2efe8; font-family: sans-serif }
body { height: 100%; margin: 0; display: grid; place-content: center; text-align: center; gap: 2vmin }
p { margin: 0; font-size: 5vmin } p[lang="en"] { font-size: 3.5vmin; opacity: 0.75 }
</style>
</head>
<body>
<p>Η οθόνη δεν είναι διαθέσιμη αυτή τη στιγμή</p>
<p lang="en">This screen is not available right now</p>
</body>
</html>
`;

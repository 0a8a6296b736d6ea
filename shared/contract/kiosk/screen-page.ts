import type { ScreenState } from './screen.ts';

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

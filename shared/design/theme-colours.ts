export type Theme = 'light' | 'dark' | 'lobby day' | 'lobby evening' | 'lobby night';

/** The colours each theme ends up with, read from the text of tokens.css the way a browser cascades them. */
export function readThemeColours(css: string): Record<Theme, ReadonlyMap<string, string>> {
  const rules = [...css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selectors = '', body = '']) => ({
    selectors: selectors.split(',').map((selector) => selector.trim()),
    colours: readColours(body),
  }));
  const cascade = (matching: readonly string[], side: 0 | 1) => {
    const colours = new Map<string, string>();
    for (const rule of rules) {
      if (!rule.selectors.some((selector) => matching.includes(selector))) continue;
      for (const [name, sides] of rule.colours) colours.set(name, sides[side]);
    }
    return colours;
  };
  const lobby = '[data-theme="lobby"]';
  return {
    light: cascade(['[data-theme="light"]'], 0),
    dark: cascade(['[data-theme="dark"]'], 1),
    'lobby day': cascade([lobby], 0),
    'lobby evening': cascade([lobby, `${lobby}[data-light="evening"]`], 0),
    'lobby night': cascade([lobby, `${lobby}[data-light="night"]`], 0),
  };
}

/** `--name: #hex` gives both sides the same colour; `--name: light-dark(#hex, #hex)` one each. Other properties are not colours. */
function readColours(body: string): Map<string, readonly [string, string]> {
  const colours = new Map<string, readonly [string, string]>();
  for (const [, name = '', one, light, dark] of body.matchAll(
    /--([\w-]+):\s*(?:(#[0-9a-f]{6})|light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\))\s*;/gi,
  )) {
    if (one !== undefined) colours.set(name, [one, one]);
    else if (light !== undefined && dark !== undefined) colours.set(name, [light, dark]);
  }
  return colours;
}

import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** The policy the page is written for. The style hash is that of the one inline style element. */
function contentSecurityPolicy(styleHash: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' '${styleHash}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "media-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Puts the style sheet into the page and asks for the fonts in its head, so that the first paint waits for the page alone. Emits the
 * matching content security policy beside it for those who serve the page.
 */
export function inlineStyles(): Plugin {
  return {
    name: 'concierge-inline-styles',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') this.error('the build made no index.html');
      const styles = Object.values(bundle).filter((file) => file.type === 'asset' && file.fileName.endsWith('.css'));
      const fonts = Object.keys(bundle).filter((name) => name.endsWith('.woff2'));
      // The page's directory is where the inlined URLs start from, no longer the style sheet's.
      const css = styles
        .map((file) => (file.type === 'asset' ? String(file.source) : ''))
        .join('')

        .replace(/\/\*[\s\S]*?\*\//g, '')
        .trim()
        .replaceAll('url(./', 'url(./assets/');
      for (const file of styles) delete bundle[file.fileName];
      const preloads = fonts.map((name) => `<link rel="preload" as="font" type="font/woff2" crossorigin href="./${name}">`);
      page.source = String(page.source)
        .replace(/\s*<link rel="stylesheet"[^>]*>/g, '')
        .replace('</title>', () => `</title>\n    ${preloads.join('\n    ')}\n    <style>${css}</style>`);
      const styleHash = `sha256-${createHash('sha256').update(css).digest('base64')}`;
      this.emitFile({ type: 'asset', fileName: 'content-security-policy.txt', source: contentSecurityPolicy(styleHash) });
    },
  };
}

import type { HttpServer } from '../http/server.ts';

/** The API's own description: OpenAPI as JSON, and a page that lists it for people without any script. */
export function apiDocument(app: HttpServer): void {
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').serializer(String).send(JSON.stringify(app.swagger())),
  );
  app.get('/api/docs', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'text/html; charset=utf-8').serializer(String).send(documentPage(app.swagger())),
  );
}

interface Described {
  readonly paths?: Readonly<Record<string, object | undefined>>;
}

function documentPage(document: Described): string {
  const rows = Object.entries(document.paths ?? {})
    .flatMap(([path, methods]) =>
      Object.entries(methods ?? {}).map(([method, operation]) => {
        const description =
          typeof operation === 'object' && operation !== null && 'description' in operation ? String(operation.description) : '';
        return `<tr><td><code>${escaped(method.toUpperCase())}</code></td><td><code>${escaped(path)}</code></td><td>${escaped(description)}</td></tr>`;
      }),
    )
    .join('\n');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>New Concierge API</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #ddd}code{font-size:.95em}</style>
<h1>New Concierge API</h1><p>Machine-readable: <a href="/api/openapi.json">OpenAPI 3.1</a>. Changes need a session cookie and the <code>x-csrf-token</code> that <code>GET /api/csrf</code> gives.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>About</th></tr></thead><tbody>
${rows}
</tbody></table></html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

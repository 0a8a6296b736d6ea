import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * What the kiosk's page is compared with: about the least a screen could show. It ticks every second, as clock pages do. Beside it a page
 * without any script tells what the browser itself uses.
 */
export const clockPage = `<!doctype html>
<html lang="el">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Clock</title>
<link rel="icon" href="data:,">
<style>
html { height: 100%; background: #10151c; color: #f2efe8; font-family: sans-serif }
body { height: 100%; margin: 0; display: grid; place-content: center; text-align: center }
#time { font-size: 18vmin; font-variant-numeric: tabular-nums }
#day { font-size: 5vmin }
</style>
</head>
<body>
<div id="time"></div><div id="day"></div>
<script>
function tick() {
  var now = new Date();
  time.textContent = now.toLocaleTimeString('el-GR');
  day.textContent = now.toDateString();
}
tick(); setInterval(tick, 1000);
</script>
</body>
</html>
`;

export const stillPage =
  '<!doctype html><html lang="el"><meta charset="utf-8"><title>Still</title><link rel="icon" href="data:,"><p>Still</p></html>';

export interface StaticPages {
  readonly clockUrl: string;
  readonly stillUrl: string;
  stop(): Promise<void>;
}

export async function serveStaticPages(): Promise<StaticPages> {
  const server = createServer((request, response) => {
    const page = request.url === '/clock' ? clockPage : request.url === '/still' ? stillPage : null;
    if (page === null) response.writeHead(404).end();
    else response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the pages have no address');
  const base = `http://127.0.0.1:${address.port}`;
  return {
    clockUrl: `${base}/clock`,
    stillUrl: `${base}/still`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

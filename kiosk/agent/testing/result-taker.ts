import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { commandResultText, ResultHeaders } from '@concierge/contract/http/command-results.ts';

/** The cloud as far as a device sees it that brings something: takes what is vouched for by its headers, and keeps it. */
export interface ResultTaker {
  readonly url: string;
  readonly taken: readonly { readonly commandId: string; readonly deviceId: string; readonly content: Buffer }[];
  /** How many more requests it answers with this status, before it takes the next. */
  refuse(status: number, times: number): void;
  requests(): number;
  stop(): Promise<void>;
}

export async function startResultTaker(): Promise<ResultTaker> {
  const taken: { commandId: string; deviceId: string; content: Buffer }[] = [];
  let refusing = { status: 0, times: 0 };
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests += 1;
      if (refusing.times > 0) {
        refusing = { ...refusing, times: refusing.times - 1 };
        return void response.writeHead(refusing.status).end('{}');
      }
      const content = Buffer.concat(chunks);
      const commandId = /^\/api\/kiosk\/commands\/([0-9a-f-]{36})\/result$/.exec(request.url ?? '')?.[1] ?? '';
      const proof = ResultHeaders.safeParse(request.headers);
      const holds = request.method === 'POST' && proof.success && isVouchedFor(commandId, proof.data, content);
      if (holds) taken.push({ commandId, deviceId: proof.data['concierge-device'], content });
      response.writeHead(holds ? 204 : 404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    refuse(status, times) {
      refusing = { status, times };
    },
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isVouchedFor(commandId: string, proof: ResultHeaders, content: Buffer): boolean {
  const contentSha256 = createHash('sha256').update(content).digest('hex');
  if (proof['concierge-content-sha256'] !== contentSha256) return false;
  const spki = Buffer.from(proof['concierge-device-key'], 'base64url');
  const key = { key: createPublicKey({ key: spki, format: 'der', type: 'spki' }), dsaEncoding: 'ieee-p1363' as const };
  return verify(
    'sha256',
    Buffer.from(commandResultText(commandId, contentSha256)),
    key,
    Buffer.from(proof['concierge-signature'], 'base64url'),
  );
}

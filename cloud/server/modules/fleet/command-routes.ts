import { LARGEST_RESULT_BYTES, ResultHeaders } from '@concierge/contract/http/command-results.ts';
import { CommandBody, DeviceCommand, DeviceCommandList } from '@concierge/contract/http/device-commands.ts';
import { Uuid } from '@concierge/contract/text.ts';
import { z } from 'zod';
import type { PlanNeed } from '#platform/http/plan-guard.ts';
import { HttpProblem, valueOrProblem } from '#platform/http/problem.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { CommandResults } from './command-results.ts';
import type { Commands } from './commands.ts';

const ofDevice = z.strictObject({ deviceId: Uuid });
const ofCommand = z.strictObject({ commandId: Uuid });

const screenshots: PlanNeed = {
  features: ['screenshots'],
  asked: ({ body }) => (CommandBody.parse(body).command === 'screenshot' ? ['screenshots'] : []),
};

/** Asking devices to do something, and what they bring: the office's side, and the device's. */
export function commandRoutes(app: HttpServer, commands: Commands, results: CommandResults): void {
  app.get(
    '/api/kiosk/devices/:deviceId/commands',
    { config: { access: 'device:write' }, schema: { params: ofDevice, response: { 200: DeviceCommandList } } },
    async (request) => ({ items: valueOrProblem(await commands.latest(signedIn(request), request.params.deviceId)) }),
  );
  app.post(
    '/api/kiosk/devices/:deviceId/commands',
    {
      config: { access: 'device:write', plan: screenshots, rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: { params: ofDevice, body: CommandBody, response: { 201: DeviceCommand } },
    },
    async (request, reply) => {
      reply.code(201);
      return valueOrProblem(await commands.issue(signedIn(request), request.params.deviceId, request.body.command));
    },
  );
  app.get(
    '/api/kiosk/devices/:deviceId/commands/:commandId/result',
    {
      config: { access: 'device:write', rateLimit: { max: 120, timeWindow: 60_000 } },
      schema: {
        description: 'What the device brought: a PNG, a JPEG or plain text.',
        params: z.strictObject({ ...ofDevice.shape, ...ofCommand.shape }),
        response: { 200: z.unknown() },
      },
    },
    async (request, reply) => {
      const { deviceId, commandId } = request.params;
      const { contentType, content } = valueOrProblem(await results.read(signedIn(request), deviceId, commandId));
      // It comes from a machine in a lobby: shown as what it was found to be, saved rather than opened, and never a page of ours.
      reply.header('content-type', contentType === 'text/plain' ? 'text/plain; charset=utf-8' : contentType);
      reply.header('content-disposition', `attachment; filename="${nameOf(contentType)}"`);
      reply.header('content-security-policy', "default-src 'none'; sandbox");
      reply.header('x-content-type-options', 'nosniff');
      return content;
    },
  );
  takeResults(app, results);
}

/** In a room of its own: only here are bytes read as they are, and so many. */
function takeResults(app: HttpServer, results: CommandResults): void {
  void app.register(async (room) => {
    room.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: LARGEST_RESULT_BYTES },
      async (_request: unknown, bytes: Buffer) => bytes,
    );
    room.post(
      '/api/kiosk/commands/:commandId/result',
      {
        config: { access: 'public', csrf: false, rateLimit: { max: 60, timeWindow: 60_000 } },
        bodyLimit: LARGEST_RESULT_BYTES,
        schema: { description: 'What a device brings, as application/octet-stream; its headers say who.', params: ofCommand },
        // Before the body is read: a stranger is not listened to for two megabytes.
        async preParsing(request) {
          const { commandId, proof } = answerOf(request);
          valueOrProblem(await results.awaits(commandId, proof));
        },
      },
      async (request, reply) => {
        const { commandId, proof } = answerOf(request);
        if (!Buffer.isBuffer(request.body)) throw new HttpProblem({ code: 'result-not-asked-for' });
        reply.code(204);
        return valueOrProblem(await results.take(commandId, proof, request.body));
      },
    );
  });
}

/** Who answers which command. What is no proof at all is answered as one that does not hold. */
function answerOf(request: { readonly params: unknown; readonly headers: unknown }): { commandId: string; proof: ResultHeaders } {
  const params = ofCommand.safeParse(request.params);
  const proof = ResultHeaders.safeParse(request.headers);
  if (!params.success || !proof.success) throw new HttpProblem({ code: 'not-found' });
  return { commandId: params.data.commandId, proof: proof.data };
}

function nameOf(contentType: string): string {
  if (contentType === 'text/plain') return 'screen-log.txt';
  return contentType === 'image/png' ? 'screen.png' : 'screen.jpg';
}

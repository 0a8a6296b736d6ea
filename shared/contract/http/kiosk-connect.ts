import { z } from 'zod';
import { Instant, localizedText, Uuid } from '../text.ts';

/** POST /api/kiosk/connect: proves presence before a lobby screen, nothing about who is there. */
export const ConnectBody = z.strictObject({ token: z.string().min(1).max(100) });

export const ConnectReply = z
  .strictObject({
    building: z.strictObject({ id: Uuid, name: localizedText(80), addressLine: localizedText(120), city: localizedText(60) }),
    /** Until then this browser may go on to join. */
    joinUntil: Instant,
  })
  .meta({ id: 'ConnectReply' });
export type ConnectReply = z.infer<typeof ConnectReply>;

import { PlanStanding } from '@concierge/contract/http/plan.ts';
import { type HttpServer, signedIn } from '#platform/http/server.ts';
import type { PlanUses } from './plans.ts';

export function planRoutes(app: HttpServer, plans: Pick<PlanUses, 'standing'>): void {
  // Whoever meets a lock is told what would open it.
  app.get('/api/plan', { config: { access: 'device:read' }, schema: { response: { 200: PlanStanding } } }, (request) =>
    plans.standing(signedIn(request).scope),
  );
}

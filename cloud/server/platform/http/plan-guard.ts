import type { PlanFeature } from '@concierge/contract/plans.ts';
import { planStrings } from '@concierge/i18n/office/plan.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from './principal.ts';
import { HttpProblem } from './problem.ts';

/** The features of the plan that a route needs: all of them always, or with `asked` those that a request asks for. */
export interface PlanNeed {
  readonly features: readonly PlanFeature[];
  /** Sees the request when it has been parsed. */
  asked?(request: { readonly body: unknown; readonly query: unknown }): readonly PlanFeature[];
}

/**
 * The one place where a plan refuses. It comes after the permission: who may not do it at all is told that, and learns nothing of the plan. What is always needed is asked before the body is
 * read, so that nobody sends eight megabytes in vain.
 */
export function guardPlan(
  app: Pick<FastifyInstance, 'addHook'>,
  lackingFeatures: (principal: Principal) => Promise<readonly PlanFeature[]>,
): void {
  async function refuse(request: FastifyRequest, needed: readonly PlanFeature[]): Promise<void> {
    // Nobody without a session came this far to a route that needs a plan: `refuseOpenDoors` has seen to it.
    if (needed.length === 0 || request.principal === null) return;
    const lacking = await lackingFeatures(request.principal);
    const [first] = needed.filter((feature) => lacking.includes(feature));
    if (first === undefined) return;
    const detailIn = (language: 'el' | 'en') => planStrings[language].plan.notIncluded[first];
    throw new HttpProblem({ code: 'plan.feature-not-included', detail: { el: detailIn('el'), en: detailIn('en') } });
  }

  refuseOpenDoors(app);
  app.addHook('onRequest', async (request) => {
    const need = request.routeOptions.config.plan;
    if (need !== undefined && need.asked === undefined) await refuse(request, need.features);
  });
  app.addHook('preHandler', async (request) => {
    const need = request.routeOptions.config.plan;
    if (need?.asked !== undefined) await refuse(request, need.asked(request));
  });
}

/** What the API's description says of it. */
export function wordsOfNeed(need: PlanNeed | undefined): string {
  if (need === undefined) return '';
  return ` Plan: ${need.features.join(', ')}${need.asked === undefined ? '' : ' (where asked for)'}.`;
}

/** A tenant's plan can be asked only of somebody who is signed in. */
function refuseOpenDoors(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.plan !== undefined && route.config.access === 'public')
      throw new Error(`The route ${String(route.method)} ${route.url} is public and cannot need a plan (config.plan).`);
  });
}

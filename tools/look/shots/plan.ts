import { samplePlan } from '../samples/plan.ts';
import { answer, failed, outage, type Shot } from '../shot.ts';

/** What the office has agreed on, and what it says where something is not in it. */
export function planShots(): Shot[] {
  const plan = /\/api\/plan$/;
  return [
    { name: 'plan', path: '/office/plan', as: 'manager' },
    { name: 'plan-basic', path: '/office/plan', as: 'manager', before: (page) => answer(page, plan, samplePlan('basic', Date.now())) },
    { name: 'plan-grace', path: '/office/buildings', as: 'manager', before: (page) => answer(page, plan, samplePlan('grace', Date.now())) },
    { name: 'plan-outage', path: '/office/plan', as: 'manager', before: (page) => answer(page, plan, outage, 503), act: failed },
  ];
}

import type { Scenario } from './scenario.ts';
import { weeksWithoutNetwork } from './weeks-without-network.ts';

export const scenarios: readonly Scenario[] = [weeksWithoutNetwork];

import { brokerFlapping } from './broker-flapping.ts';
import { cacheCorruption } from './cache-corruption.ts';
import { monthChange, summerTime } from './calendar.ts';
import { clockJumps } from './clock-jumps.ts';
import { diskFull } from './disk-full.ts';
import { powerCuts } from './power-cuts.ts';
import { runningOut } from './running-out.ts';
import type { Scenario } from './scenario.ts';
import { sceneRotation } from './scene-rotation.ts';
import { weeksWithoutNetwork } from './weeks-without-network.ts';

export const scenarios: readonly Scenario[] = [
  weeksWithoutNetwork,
  summerTime,
  monthChange,
  brokerFlapping,
  diskFull,
  cacheCorruption,
  powerCuts,
  clockJumps,
  runningOut,
  sceneRotation,
];

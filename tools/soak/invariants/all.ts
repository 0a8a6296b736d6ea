import type { Truth } from '../world/truth.ts';
import { ageTrue } from './age-true.ts';
import { arrangedHolds, arrangedReplaced, takeoverShown } from './arranged-holds.ts';
import { clockRight } from './clock-right.ts';
import { codeInForce } from './code-in-force.ts';
import { createCodeReader } from './code-reader.ts';
import { factsHold, factsReplaced } from './facts-hold.ts';
import type { Invariant, Tolerance } from './invariant.ts';
import { neverBlank } from './never-blank.ts';
import { neverIdle, nothingMissed } from './never-idle.ts';
import { neverUnsigned } from './never-unsigned.ts';
import { statementsHold, withdrawnGone } from './statements-hold.ts';

/** What holds at every moment of every scenario. */
export function allInvariants(truth: Truth, tolerance: () => Tolerance): readonly Invariant[] {
  const readCode = createCodeReader();
  return [
    neverBlank(),
    neverUnsigned(truth, readCode),
    statementsHold(truth, tolerance),
    withdrawnGone(truth),
    arrangedHolds(truth, tolerance),
    arrangedReplaced(truth),
    takeoverShown(truth, tolerance),
    factsHold(truth, tolerance),
    factsReplaced(truth),
    clockRight(tolerance),
    ageTrue(truth, tolerance),
    codeInForce(readCode, tolerance),
    neverIdle(truth),
    nothingMissed(),
  ];
}

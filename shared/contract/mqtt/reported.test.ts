import { expect, it } from 'vitest';
import { Reported } from './reported.ts';

it.each([
  ['1.4.0', true],
  ['2.0.0-rc.1+build.7', true],
  ['', false],
  ['=1+1', false],
  ['1.0.0;=1', false],
  ['1'.repeat(41), false],
])('a device of the version %j is heard: %s', (version, isHeard) => {
  expect(Reported.shape.agentVersion.safeParse(version).success).toBe(isHeard);
});

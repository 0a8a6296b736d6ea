import { describe, expect, it } from 'vitest';
import { allows, buildingsAllowed, judgeRefresh, lockSeconds, permissionsOf, REFRESH_GRACE_MS } from './rules.ts';

const here = '018f3a00-0000-7000-8000-000000000001';
const there = '018f3a00-0000-7000-8000-000000000002';

describe('what roles allow', () => {
  it.each([
    ['office_manager', null, 'building:write', there, true],
    ['office_staff', null, 'building:write', there, false],
    ['office_staff', null, 'announcement:write', there, true],
    ['internal_manager', here, 'announcement:write', here, true],
    ['internal_manager', here, 'announcement:write', there, false],
    ['resident', here, 'announcement:read', here, true],
    ['resident', here, 'announcement:write', here, false],
    ['resident', here, 'resident-data:read', here, false],
    ['resident', here, 'announcement:read', there, false],
  ] as const)('%s of %s: %s in %s is %s', (role, buildingId, permission, where, expected) => {
    expect(allows([{ role, buildingId }], permission, where)).toBe(expected);
  });

  it('gives nothing to nobody', () => {
    expect(permissionsOf([])).toEqual([]);
    expect(allows([], 'building:read')).toBe(false);
    expect(buildingsAllowed([], 'building:read')).toEqual([]);
  });

  it('tells all buildings apart from some', () => {
    expect(buildingsAllowed([{ role: 'office_staff', buildingId: null }], 'building:read')).toBeNull();
    expect(
      buildingsAllowed(
        [
          { role: 'resident', buildingId: here },
          { role: 'resident', buildingId: there },
          { role: 'internal_manager', buildingId: here },
        ],
        'building:read',
      ),
    ).toEqual([here, there]);
  });
});

describe('lock-out after failed log-ins', () => {
  it.each([
    [1, 0],
    [4, 0],
    [5, 60],
    [6, 120],
    [9, 960],
    [12, 3_600],
    [1_000, 3_600],
  ])('after %i failures is %i seconds', (failures, seconds) => {
    expect(lockSeconds(failures)).toBe(seconds);
  });
});

describe('a shown refresh secret', () => {
  const session = { matchesCurrent: false, matchesPrevious: false, rotatedAtMs: 1_000_000, standing: true };
  it.each([
    ['the current one rotates', { matchesCurrent: true }, 0, 'rotate'],
    ['the previous one within the grace is a lost race', { matchesPrevious: true }, REFRESH_GRACE_MS, 'already-rotated'],
    ['the previous one later was stolen', { matchesPrevious: true }, REFRESH_GRACE_MS + 1, 'stolen'],
    ['an unknown one means nothing', {}, 0, 'ended'],
    ['of an ended session means nothing, even the current one', { matchesCurrent: true, standing: false }, 0, 'ended'],
    ['of an ended session is not called stolen again', { matchesPrevious: true, standing: false }, 60_000, 'ended'],
  ] as const)('%s', (_name, change, laterMs, verdict) => {
    expect(judgeRefresh({ ...session, ...change }, session.rotatedAtMs + laterMs)).toBe(verdict);
  });
});

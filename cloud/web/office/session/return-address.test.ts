import { describe, expect, it } from 'vitest';
import { returnAddress } from './return-address.ts';

describe('returnAddress', () => {
  it.each([
    ['/screens?q=a', '/screens?q=a'],
    [undefined, '/'],
    ['//evil.example', '/'],
    ['https://evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/login?next=%2F', '/'],
  ])('%s leads to %s', (next, address) => {
    expect(returnAddress(next)).toBe(address);
  });
});

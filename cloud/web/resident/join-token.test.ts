import { describe, expect, it } from 'vitest';
import { takeToken } from './join-token.ts';

function take(pathname: string, search = '') {
  const addresses: (string | URL | null | undefined)[] = [];
  const token = takeToken({ pathname, search }, { replaceState: (_state, _unused, url) => addresses.push(url) });
  return { token, addresses };
}

describe('takeToken', () => {
  it('takes the token out of either address', () => {
    expect(take('/j/abc_DEF-1')).toEqual({ token: 'abc_DEF-1', addresses: ['/kiosk/connect'] });
    expect(take('/kiosk/connect', '?token=abc')).toEqual({ token: 'abc', addresses: ['/kiosk/connect'] });
    expect(take('/j/abc/').token).toBe('abc');
  });
  it('has none where there is none, and never more than the contract allows', () => {
    expect(take('/kiosk/connect').token).toBeNull();
    expect(take('/j/').token).toBeNull();
    expect(take(`/j/${'x'.repeat(500)}`).token).toHaveLength(100);
    expect(take('/j/%E0%A4%A').token).toBe('%E0%A4%A');
  });
  it('leaves other addresses alone', () => {
    expect(take('/resident')).toEqual({ token: null, addresses: [] });
  });
});

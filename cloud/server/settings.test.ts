import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const faultsOf = (environment: Readonly<Record<string, string>>): string => {
  const read = readSettings(environment);
  return read.ok ? '' : read.faults.join('\n');
};

describe('the public address', () => {
  it.each(['http://concierge.example.gr', 'http://10.0.0.5:8080', 'http://localhost.example.gr', 'http://127.0.0.1.example.gr'])(
    'is not taken in production when sessions would travel in the open: %s',
    (url) => {
      expect(faultsOf({ PUBLIC_URL: url })).toContain('PUBLIC_URL: must begin with https://');
    },
  );

  it.each(['https://concierge.example.gr', 'http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:8080'])(
    'is taken in production when nobody can listen: %s',
    (url) => {
      expect(readSettings({ PUBLIC_URL: url })).toMatchObject({ ok: true });
    },
  );

  it('must be there in production, and may be anything in the demo', () => {
    expect(faultsOf({})).toBe('PUBLIC_URL: must be set in production');
    expect(readSettings({ CONCIERGE_MODE: 'demo', PUBLIC_URL: 'http://kiosk.example.gr' })).toMatchObject({ ok: true });
  });
});

describe('what is said of a bad setting', () => {
  it.each([
    ['METRICS_TOKEN', 'hunter2', '(given: not repeated here)'],
    ['WEATHER_TOKEN', 'hunter2', '(given: not repeated here)'],
    ['DATABASE_URL', 'hunter2', '(given: no URL)'],
    ['DATABASE_URL', 'hunter2@db', '(given: no URL)'],
    ['DATABASE_URL', 'mysql://app:hunter2@db', '(given: mysql://…)'],
    ['SMTP_URL', 'x:hunter2@mail://', '(given: no URL)'],
    ['SMTP_URL', 'hunter2!://mail', '(given: no URL)'],
  ])('holds nothing of a secret: %s=%s', (name, value, given) => {
    const fault = faultsOf({ CONCIERGE_MODE: 'demo', [name]: value });
    expect(fault).toMatch(new RegExp(`^${name}: `));
    expect(fault).toContain(given);
    expect(fault).not.toContain('hunter');
  });

  it('repeats what is no secret', () => {
    expect(faultsOf({ CONCIERGE_MODE: 'demo', PORT: '99999' })).toContain('(given: 99999)');
    expect(faultsOf({ CONCIERGE_MODE: 'show' })).toContain('(given: show)');
  });
});

import { describe, expect, it } from 'vitest';
import { descendantsOf, parseStat, pssKilobytes, reasonNotMeasurable, rssKilobytes } from './process-tree.ts';

describe('parseStat', () => {
  // Fields after the name: state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime …
  const after = 'S 41 40 40 0 -1 4194560 100 0 3 0 250 50 7 3 20 0 1 0 12345 1000 200';
  it('takes parent, session and processor time', () =>
    expect(parseStat(`42 (chromium) ${after}`)).toEqual({ pid: 42, parentPid: 41, sessionId: 40, cpuMs: 3_100 }));
  it('is not misled by a name with brackets and spaces', () =>
    expect(parseStat(`42 (a) S 1 (b c) ${after}`)).toMatchObject({ pid: 42, parentPid: 41, sessionId: 40 }));
  it.each(['', 'nonsense', '42 (x) S 1'])('refuses %j', (text) => expect(parseStat(text)).toBeNull());
});

it('says why another system cannot be measured', () => {
  expect(reasonNotMeasurable('linux')).toBeNull();
  expect(reasonNotMeasurable('darwin')).toContain('darwin');
});

describe.skipIf(reasonNotMeasurable(process.platform) !== null)('this very process', () => {
  it('is found, with memory in a plausible relation', async () => {
    const tree = await descendantsOf(process.pid);
    expect(tree.map(({ pid }) => pid)).toContain(process.pid);
    const [pss, rss] = [await pssKilobytes([process.pid]), await rssKilobytes([process.pid])];
    expect(pss).toBeGreaterThan(5_000);
    expect(pss).toBeLessThanOrEqual(rss * 1.2);
  });
});

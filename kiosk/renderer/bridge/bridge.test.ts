import { pageWithState } from '@concierge/contract/kiosk/screen-page.ts';
import { describe, expect, it } from 'vitest';
import { sampleState } from '../samples.ts';
import { readScreenState } from './read-screen-state.ts';

const typical = sampleState('typical', { path: 'M0 0h1v1h-1z', size: 29, url: 'https://example.gr/j/x' });

describe('readScreenState', () => {
  it('reads what the agent writes', () => {
    expect(readScreenState(JSON.stringify(typical))).toEqual(typical);
  });
  it.each([
    ['nothing', ''],
    ['half a message', JSON.stringify(typical).slice(0, 80)],
    ['null', 'null'],
    ['a list', '[]'],
    ['an unknown phase', JSON.stringify({ ...typical, phase: 'dancing' })],
    ['no time', JSON.stringify({ ...typical, nowMs: null })],
    ['a code without an end', JSON.stringify({ ...typical, qr: { path: '', size: 29, url: '' } })],
    ['a document without a building', JSON.stringify({ ...typical, document: { announcements: [] } })],
    ['a picture without an address', JSON.stringify({ ...typical, media: [{ sha256: 'ab' }] })],
    ['no word about pictures', JSON.stringify({ ...typical, media: undefined })],
    ['an unknown language', JSON.stringify({ ...typical, display: { language: 'fr', widthMm: null } })],
  ])('refuses %s', (_, json) => {
    expect(readScreenState(json)).toBeNull();
  });
});

describe('pageWithState', () => {
  const page = '<head><script type="application/json" id="screen-state">null</script></head>';
  const inPage = (html: string) => /<script[^>]*>(.*)<\/script>/.exec(html)?.[1] ?? '';
  it('writes the state where the page reads it', () => {
    expect(readScreenState(inPage(pageWithState(page, typical)))).toEqual(typical);
  });
  it('lets no text of an announcement end the element or insert a pattern', () => {
    const nasty = { ...typical, qr: { path: "</script><script>alert(1)</script> $& $' \u2028", size: 29, url: 'x', validUntilMs: 1 } };
    const written = pageWithState(page, nasty);
    expect(written.match(/<\/script>/g)).toHaveLength(1);
    expect(JSON.parse(inPage(written))).toEqual(nasty);
  });
  it('makes the place in a page that has none', () => {
    expect(readScreenState(inPage(pageWithState('<html><head></head></html>', typical)))).toEqual(typical);
  });
});

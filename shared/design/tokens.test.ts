import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrastRatio } from './contrast.ts';
import { readThemeColours, type Theme } from './theme-colours.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const themes = readThemeColours(css);

/** Every pair that carries text: writing first, what it lies on second. */
const lobbyText = [
  ['ink', 'ground'],
  ['ink-muted', 'ground'],
  ['accent', 'ground'],
  ['positive', 'ground'],
  ['on-field', 'field'],
  ['field-muted', 'field'],
  ['on-sand', 'sand'],
  ['sand-muted', 'sand'],
  ['on-alert-field', 'alert-field'],
  ['alert-field-muted', 'alert-field'],
  ['on-paper', 'paper'],
] as const;

const pageText = [
  ...['ink', 'ink-muted', 'accent', 'alert', 'positive'].flatMap((ink) =>
    ['ground', 'surface', 'sunken'].map((ground) => [ink, ground] as const),
  ),
  ['on-accent', 'accent'],
  ['on-alert', 'alert'],
  ['on-positive', 'positive'],
  ['accent', 'accent-soft'],
  ['ink', 'accent-soft'],
  ['alert', 'alert-soft'],
  ['ink', 'alert-soft'],
  ['positive', 'positive-soft'],
  ['ink', 'positive-soft'],
] as const;

const controlEdges = [
  ['line-strong', 'ground'],
  ['line-strong', 'surface'],
  ['focus-ring', 'ground'],
  ['focus-ring', 'surface'],
] as const;

function ratio(theme: Theme, ink: string, ground: string): number {
  const [first, second] = [themes[theme].get(ink), themes[theme].get(ground)];
  if (first === undefined || second === undefined) throw new Error(`${theme} has no ${first === undefined ? ink : ground}`);
  return contrastRatio(first, second);
}

describe('contrastRatio', () => {
  it('gives the published extremes and a published middle', () => {
    expect(contrastRatio('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrastRatio('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrastRatio('#123456', '#123456')).toBe(1);
  });
  it('refuses what is not a colour', () => {
    expect(() => contrastRatio('blue', '#ffffff')).toThrow('not a #rrggbb colour');
  });
});

describe('lobby themes', () => {
  for (const theme of ['lobby day', 'lobby evening', 'lobby night'] as const) {
    it.each(lobbyText)(`${theme}: %s on %s reads at 7:1`, (ink, ground) => {
      expect(ratio(theme, ink, ground)).toBeGreaterThanOrEqual(7);
    });
  }
  it('keeps the QR code dark on light at every hour', () => {
    for (const theme of ['lobby day', 'lobby evening', 'lobby night'] as const) {
      const [modules = '', paper = ''] = [themes[theme].get('on-paper'), themes[theme].get('paper')];
      expect(contrastRatio(modules, '#000000'), theme).toBeLessThan(contrastRatio(paper, '#000000'));
    }
  });
  it('overrides every colour in the evening and at night', () => {
    const own = (light: string) => css.split(`[data-light="${light}"] {`)[1]?.split('}')[0] ?? '';
    for (const name of themes['lobby day'].keys()) {
      expect(own('evening'), 'evening').toContain(`--${name}:`);
      expect(own('night'), 'night').toContain(`--${name}:`);
    }
  });
});

describe('page themes', () => {
  for (const theme of ['light', 'dark'] as const) {
    it.each(pageText)(`${theme}: %s on %s reads at 4.5:1`, (ink, ground) => {
      expect(ratio(theme, ink, ground)).toBeGreaterThanOrEqual(4.5);
    });
    it.each(controlEdges)(`${theme}: %s is seen on %s at 3:1`, (edge, ground) => {
      expect(ratio(theme, edge, ground)).toBeGreaterThanOrEqual(3);
    });
  }
});

import { describe, expect, it } from 'vitest';
import { contrast, linear, luminance, type Rgb, SIGHTS, seen } from '../test/colour';
import tokens from './tokens.css?raw';

const SCREEN = tokens.split('@media print')[0] ?? '';
const PAIR = /--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g;
const pairs = [...SCREEN.matchAll(PAIR)].map(([, name = '', light = '', dark = '']) => ({ name, light, dark }));

const SURFACES = ['surface', 'surface-sunken', 'surface-raised', 'surface-hover', 'surface-selected'];
const TEXT = ['text', 'text-muted', 'accent', 'danger'];
const ON: readonly (readonly [string, string])[] = [
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger'],
  ['danger', 'danger-surface'],
  ['success', 'success-surface'],
  ['warning', 'warning-surface'],
];
const LEVELS = ['level-low', 'level-medium', 'level-high', 'level-critical'];
const VERDICTS = ['verdict-vulnerable', 'verdict-hybrid', 'verdict-pqc', 'verdict-unknown'];
const MARKS = [...VERDICTS, ...LEVELS, 'border-strong', 'focus'];
const GROUND = ['surface', 'surface-sunken', 'surface-raised', 'surface-selected'];

describe.each(['light', 'dark'] as const)('colours in the %s theme', (theme) => {
  const colour = (name: string): Rgb => {
    const found = pairs.find((pair) => pair.name === name);
    if (!found) throw new Error(`there is no --${name} with two plain colours`);
    return linear(found[theme]);
  };
  const ratio = (one: string, other: string) => contrast(colour(one), colour(other));

  it.each(SURFACES)('lets text be read on %s', (surface) => {
    for (const text of TEXT) expect(ratio(text, surface), text).toBeGreaterThanOrEqual(4.5);
  });

  it.each(ON)('lets %s be read on %s', (text, surface) => {
    expect(ratio(text, surface)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(MARKS)('lets the mark %s be seen', (mark) => {
    for (const surface of GROUND) expect(ratio(mark, surface), surface).toBeGreaterThanOrEqual(3);
  });

  it('has levels that go one way in grey, in steps that are seen', () => {
    const greys = LEVELS.map((level) => luminance(colour(level)));
    const ordered = [...greys].sort((a, b) => (theme === 'light' ? b - a : a - b));
    expect(greys).toEqual(ordered);
    for (const [at, level] of LEVELS.slice(1).entries())
      expect(ratio(level, LEVELS[at] ?? level), level).toBeGreaterThanOrEqual(1.25);
  });

  it.each(Object.entries(SIGHTS))('has levels that %s tells apart', (_, sight) => {
    const shades = LEVELS.map((level) => seen(colour(level), sight));
    for (const [at, shade] of shades.slice(1).entries()) {
      expect(contrast(shade, shades[at] ?? shade)).toBeGreaterThanOrEqual(1.2);
    }
  });
});

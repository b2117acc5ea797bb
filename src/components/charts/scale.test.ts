import { expect, it } from 'vitest';
import { lanes, scale, ticks } from './scale';

it('lays a range onto px, also a range of one number', () => {
  expect(scale([0, 10], [0, 100])(5)).toBe(50);
  expect(scale([3, 3], [0, 100])(3)).toBe(0);
});

it.each([0, 1, 7, 99, 100_000, 123_456])('has round ticks that reach %d', (most) => {
  const found = ticks(most);
  expect(found[0]).toBe(0);
  expect(found.at(-1)).toBeGreaterThanOrEqual(most);
  expect(found.length).toBeLessThanOrEqual(6);
});

it('puts what overlaps into lanes of its own', () => {
  expect(
    lanes([
      { start: 0, end: 10 },
      { start: 5, end: 15 },
      { start: 10, end: 20 },
    ]),
  ).toEqual([0, 1, 0]);
});

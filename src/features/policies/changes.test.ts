import { expect, test } from 'vitest';
import { changedIn, KINDS, kindOf } from './changes';

test.each([
  ['compliant', 'out of policy', 'begin_to_fail'],
  ['out of policy', 'compliant', 'begin_to_comply'],
  ['out of scope', 'out of policy', 'enter_failing'],
  ['out of scope', 'compliant', 'enter_compliant'],
  ['compliant', 'out of scope', 'leave'],
  ['out of policy', 'out of scope', 'leave'],
])('from %s to %s is one kind of change', (before, after, kind) => {
  expect(kindOf({ before, after })).toBe(kind);
});

test('every kind has a place, and all are counted', () => {
  const counts = { begin_to_fail: 1, begin_to_comply: 2, enter_failing: 4, enter_compliant: 8, leave: 16 };
  expect(changedIn(counts)).toBe(31);
  expect(KINDS.map((kind) => kind.id).toSorted()).toEqual(Object.keys(counts).toSorted());
});

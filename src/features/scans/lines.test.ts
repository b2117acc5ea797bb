import { expect, test } from 'vitest';
import { joined, targetsOf, withoutLines } from './lines';

test('comments and empty lines are no targets', () => {
  expect(targetsOf('# ours\n a.example \n\nb.example:8443 # the new one\r\n')).toEqual(['a.example', 'b.example:8443']);
});

test('lines are left out by their number', () => {
  expect(withoutLines('a\nb c\nd\n', [2])).toBe('a\nd\n');
});

test('a second list begins on a line of its own', () => {
  expect(joined('', 'a')).toBe('a');
  expect(joined('a\n', 'b')).toBe('a\nb');
});

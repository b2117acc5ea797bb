import { expect, test } from 'vitest';
import { secrecyOf } from './secrecy';

test.each([
  ['', 'configured'],
  [' 25 ', { years: 25 }],
  ['0', { years: 0 }],
  ['100', { years: 100 }],
  ['101', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['many', undefined],
])('“%s” is a lifetime or none', (text, expected) => {
  expect(secrecyOf(text)).toEqual(expected);
});

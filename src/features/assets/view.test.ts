import { expect, test } from 'vitest';
import { isFiltered, listOf, sortedBy, unfiltered } from './view';

test('an address narrows by what it says', () => {
  const list = listOf({
    q: 'pay',
    env: 'PROD',
    level: ['HIGH', 'CRITICAL'],
    policy: 'out_of:FIPS: only',
    scan: '1',
    result: 'NEW',
  });
  expect(list).toMatchObject({
    search: 'pay',
    environments: ['PROD'],
    levels: ['HIGH', 'CRITICAL'],
    policy: { out_of: 'FIPS: only' },
    scan: { id: '1', result: 'NEW' },
    sort: 'risk',
    order: 'desc',
  });
});

test('what makes no sense is passed over', () => {
  const list = listOf({ env: 'MARS', level: ['toString'], policy: 'nonsense', sort: 'luck', order: 'up' });
  expect(list).toMatchObject({ environments: [], levels: [], policy: null, sort: 'risk', order: 'desc' });
});

test('a number in the address is text that was searched for', () => {
  expect(listOf({ q: 443 }).search).toBe('443');
});

test('a second click on a heading turns the order round, and the first takes its own', () => {
  expect(sortedBy({}, 'name')).toEqual({ sort: 'name', order: undefined });
  expect(sortedBy({ sort: 'name' }, 'name')).toEqual({ sort: 'name', order: 'desc' });
  expect(sortedBy({}, 'risk')).toEqual({ sort: 'risk', order: 'asc' });
});

test('clearing leaves nothing that narrows', () => {
  expect(isFiltered({ tag: 'pci' })).toBe(true);
  expect(isFiltered({ tag: 'pci', ...unfiltered, open: 'x', sort: 'name' })).toBe(false);
});

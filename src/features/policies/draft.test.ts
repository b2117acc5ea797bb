import { expect, test } from 'vitest';
import { fieldsOf, listIn, NEW, newPolicy, textIn, toggled, withField } from './draft';

test('the guided fields read what is written, and write what is read', () => {
  const fields = fieldsOf('{"environment": ["PROD"], "minRiskLevel": "HIGH"}');
  expect(fields && listIn(fields, 'environment')).toEqual(['PROD']);
  expect(fields && textIn(fields, 'minRiskLevel')).toBe('HIGH');
  const text = withField(fields ?? {}, 'environment', toggled(['PROD'], 'STAGE'));
  expect(fieldsOf(text)).toEqual({ environment: ['PROD', 'STAGE'], minRiskLevel: 'HIGH' });
});

test('what the fields do not know stays in the text', () => {
  const text = withField({ kem: ['ML-KEM-1024', 'NEW-KEM'], other: { deep: 1 } }, 'kem', ['NEW-KEM']);
  expect(fieldsOf(text)).toEqual({ kem: ['NEW-KEM'], other: { deep: 1 } });
});

test('a field without a value is left out, for an empty list matches nothing', () => {
  expect(fieldsOf(withField({ tags: ['pci'] }, 'tags', []))).toEqual({});
  expect(fieldsOf(withField({ minRiskLevel: 'LOW' }, 'minRiskLevel', ''))).toEqual({});
});

test.each(['', '[1]', 'null', '"text"', '{"a":'])('%s is for the text alone', (text) => {
  expect(fieldsOf(text)).toBeNull();
});

test('fields of another shape are passed over', () => {
  expect(listIn({ tags: 'pci' }, 'tags')).toEqual([]);
  expect(listIn({}, 'toString')).toEqual([]);
  expect(textIn({ query: 7 }, 'query')).toBe('');
});

test('a new policy says no description rather than an empty one', () => {
  expect(newPolicy({ ...NEW, name: ' main ' })).toMatchObject({ name: 'main', description: null });
});

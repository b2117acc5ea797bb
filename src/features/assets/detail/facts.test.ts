import { expect, test } from 'vitest';
import { factTree } from './facts';

test('a certificate is a group under its place in the chain', () => {
  const tree = factTree({
    tls: {
      versions: [{ version: 'TLS1.3', support: 'offered' }],
      certificates: [
        { subject: 'CN=a', issuer: 'CN=b', not_after: '2027-01-02T00:00:00.000Z', key: { algorithm: 'RSA', bits: 2048 } },
      ],
    },
  });
  expect(tree.map(({ label }) => label)).toEqual(['Protocol versions', 'Certificates']);
  const leaf = tree[1]?.children?.[0];
  expect(leaf?.label).toBe('Leaf');
  expect(leaf?.children).toContainEqual({ label: 'Valid to', value: '2027-01-02' });
  expect(leaf?.children).toContainEqual({ label: 'Key', value: 'RSA, 2048 bits' });
});

test('what is not known is shown as it is', () => {
  expect(factTree({ new_fact: { odd: [1, true] } })).toEqual([
    {
      label: 'New fact',
      note: '1',
      open: false,
      children: [
        {
          label: 'Odd',
          note: '2',
          open: false,
          children: [
            { label: '1', value: '1' },
            { label: '2', value: 'yes' },
          ],
        },
      ],
    },
  ]);
});

test.each([null, 7, 'text', []])('facts that are none (%s) make no tree', (facts) => {
  expect(factTree(facts)).toEqual([]);
});

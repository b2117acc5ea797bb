import { expect, test } from 'vitest';
import { heldBack } from './eligibility';

const row = (asset_id: string, eligible: boolean, why: string) => ({ asset_id, location: asset_id, eligible, why });

test('assets are grouped by what holds them back, without the words of the terminal', () => {
  const groups = heldBack([
    row('1', true, 'fails the policy and has key material'),
    row('2', false, 'the asset meets the policy already'),
    row('3', false, 'the asset has no key material; add some with `qv secrets add`'),
    row('4', false, 'the asset has no key material; add some with `qv secrets add`'),
  ]);
  expect(groups.map(({ why, assets }) => [why, assets.length])).toEqual([
    ['The asset has no key material.', 2],
    ['The asset meets the policy already.', 1],
  ]);
});

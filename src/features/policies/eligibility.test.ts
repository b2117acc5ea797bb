import { expect, test } from 'vitest';
import { heldBack } from './eligibility';

const row = (asset_id: string, eligible: boolean, why: string) => ({ asset_id, location: asset_id, eligible, why });

const NO_MATERIAL = 'the asset has no key material; add some with `qv secrets add`';
const MEETS = 'the asset meets the policy already';

test('assets are grouped by what holds them back, counted as the core counted, without the words of the terminal', () => {
  const groups = heldBack({
    in_scope: 2_003,
    eligible: 1,
    held_back: [
      { why: NO_MATERIAL, assets: 2_000 },
      { why: MEETS, assets: 2 },
    ],
    assets: [row('1', true, 'fails the policy and has key material'), row('2', false, MEETS), row('3', false, NO_MATERIAL)],
  });
  expect(groups.map(({ why, count, assets }) => [why, count, assets.map((one) => one.asset_id)])).toEqual([
    ['The asset has no key material.', 2_000, ['3']],
    ['The asset meets the policy already.', 2, ['2']],
  ]);
});

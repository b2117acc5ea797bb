import { expect, it } from 'vitest';
import type { HarvestTotals } from '@/api/bindings';
import type { Kpis } from '@/api/risk';
import { listOf } from '@/features/assets/view';
import type { Search } from '@/routes/router';
import { harvestParts } from './Harvest';
import { LENSES, type Lens, partsOf } from './lenses';
import { tilesOf } from './Tiles';

const NOTHING = JSON.stringify(listOf({}));

/** Whether the list of assets takes every choice of an address. */
function expectTaken(search: Search, of: string) {
  const list = JSON.stringify(listOf(search));
  expect(list, of).not.toBe(NOTHING);
  for (const value of Object.values(search).flat()) expect(list, of).toContain(String(value));
}

it('leads from every part of a trend to a list that is narrowed to it', () => {
  for (const lens of Object.keys(LENSES) as Lens[]) {
    for (const part of partsOf(lens)) expectTaken(part.search, part.label);
  }
});

it('leads from every key number that counts some assets to a list that is narrowed to them', () => {
  const narrowed = tilesOf({} as Kpis, {} as HarvestTotals).filter(
    (tile) => tile.to === '/assets' && tile.search && !('sort' in tile.search),
  );
  expect(narrowed.length).toBeGreaterThanOrEqual(5);
  for (const tile of narrowed) expectTaken(tile.search ?? {}, tile.name);
});

it('leads from what is recorded today and read later to the assets that stand so', () => {
  for (const { id } of harvestParts({} as HarvestTotals)) expectTaken({ harvest: id }, id);
});

it('leads from a deadline to the assets that miss it', () => {
  expectTaken({ deadline: 'cnsa2-web-prefer' }, 'deadline');
});

import { expect, test } from 'vitest';
import type { AssetDetail } from '@/api/bindings';
import { tagsOf, undoOf } from './edits';

const asset = (changed: Partial<AssetDetail>) =>
  ({ id: '1', name: 'a', criticality: 'LOW', sensitivity: 'PUBLIC', exposure: 'INTERNAL', tags: [], ...changed }) as AssetDetail;

test('what takes an edit back also takes its tags back, and no others', () => {
  const before = asset({ tags: ['eu', 'old'] });
  const after = asset({ criticality: 'HIGH', tags: ['eu', 'new'] });
  expect(undoOf([{ before, after }])).toEqual([
    {
      asset: '1',
      edit: {
        name: 'a',
        criticality: 'LOW',
        sensitivity: 'PUBLIC',
        exposure: 'INTERNAL',
        tags_added: ['old'],
        tags_removed: ['new'],
      },
    },
  ]);
});

test('tags are written in one line', () => {
  expect(tagsOf(' eu, payments,,eu ')).toEqual(['eu', 'payments']);
});

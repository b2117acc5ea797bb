import type { Edit, Edited } from '@/api/assets';

const without = (all: readonly string[], others: readonly string[]) => all.filter((one) => !others.includes(one));

/** The changes that take changes back. */
export function undoOf(edited: readonly Edited[]): Edit[] {
  return edited.map(({ before, after }) => ({
    asset: before.id,
    edit: {
      name: before.name,
      criticality: before.criticality,
      sensitivity: before.sensitivity,
      exposure: before.exposure,
      tags_added: without(before.tags, after.tags),
      tags_removed: without(after.tags, before.tags),
    },
  }));
}

/** Tags as people write them in one line, separated by commas. */
export function tagsOf(line: string): string[] {
  const tags = line.split(',').map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

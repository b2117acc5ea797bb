/** Tags as people write them in one line, separated by commas. */
export function tagsOf(line: string): string[] {
  const tags = line.split(',').map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

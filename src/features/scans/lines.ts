/** The targets of a list, one a line; what follows `#` is a comment. */
export function targetsOf(text: string): string[] {
  const lines = text.split('\n').map((line) => (line.split('#')[0] ?? '').trim());
  return lines.filter((line) => line !== '');
}

/** The list without some of its lines, which are counted from 1. */
export function withoutLines(text: string, numbers: readonly number[]): string {
  const out = new Set(numbers);
  const kept = text.split('\n').filter((_, index) => !out.has(index + 1));
  return kept.join('\n');
}

/** A list with another below it. */
export function joined(text: string, more: string): string {
  return text.trim() === '' ? more : `${text.replace(/\n+$/, '')}\n${more}`;
}

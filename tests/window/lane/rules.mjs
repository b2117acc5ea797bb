// What holds for every view.

import { createRequire } from 'node:module';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const MOST_ROWS = 200;

/** What is wrong with a page, in words, and how much hostile text it shows. */
export async function findings(visit) {
  const { page } = visit;
  const { overflowing, rows, images, hostile, bare } = await page.evaluate(measure);
  const problems = [
    ...visit.complaints(),
    ...overflowing.map((what) => `${what} is wider than its place`),
    ...(rows > MOST_ROWS ? [`${rows} rows are in the document`] : []),
    ...(images > 0 ? ['hostile text became an element'] : []),
    ...(bare > 0 ? ['a letter that turns text is in the page as it is'] : []),
    ...(await violations(page)),
  ];
  return { problems, hostile };
}

/** What of a page breaks the layout or became more than text. Runs in the page. */
export function measure() {
  const tooWide = (element) => element.scrollWidth > element.clientWidth + 1;
  const panels = 'main, aside, [role=dialog], [role=alertdialog]';
  // What scrolls sideways within a panel was not meant to, but for what is written in lines of its own.
  const scrolls = (element) => getComputedStyle(element).overflowX === 'auto' && !element.matches('pre, textarea');
  const within = [...document.querySelectorAll('aside *, [role=dialog] *, [role=alertdialog] *')].filter(scrolls);
  const places = [document.documentElement, ...document.querySelectorAll(panels), ...within];
  const text = document.body.innerText;
  return {
    overflowing: places.filter(tooWide).map((element) => element.tagName.toLowerCase() + (element.id ? `#${element.id}` : '')),
    rows: Math.max(
      0,
      ...[...document.querySelectorAll('[role=grid], table')].map((grid) => grid.querySelectorAll('[role=row], tr').length),
    ),
    images: document.querySelectorAll('img[src="x"]').length,
    hostile: text.split('<img src=x').length - 1,
    bare: [...text].filter((letter) => '\u202a\u202b\u202d\u202e\u2066\u2067\u2068'.includes(letter)).length,
  };
}

/** Rules of accessibility that are broken, each with the first places. */
async function violations(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await source());
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      targets: nodes.map((node) => node.target.join(' ')),
      why: nodes[0]?.failureSummary ?? '',
    }));
  });
  return found.map(({ id, help, targets, why }) => {
    const more = targets.length > 2 ? ` and ${targets.length - 2} more` : '';
    return `axe ${id}: ${help}: ${targets.slice(0, 2).join(', ')}${more}${id === 'color-contrast' ? ` (${why.split('\n').at(1)?.trim()})` : ''}`;
  });
}

let axe;

async function source() {
  const { readFile } = await import('node:fs/promises');
  axe ??= await readFile(AXE, 'utf8');
  return axe;
}

// Recovery shares, as a person has them in their hands: words in files, or the code on a printed page.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './driver.mjs';

/** The words of each share in a folder, in their order, once all are there. */
export async function sharesIn(folder, total) {
  await until(() => existsSync(folder) && readdirSync(folder).length === total, `${total} shares in ${folder}`);
  return Array.from({ length: total }, (_, index) =>
    readFileSync(join(folder, `share-${index + 1}-of-${total}.txt`), 'utf8').trim(),
  );
}

/** The code on each page of a form, as a scanner reads it. */
export async function sharesOn(form, folder) {
  await until(() => existsSync(form), 'the form');
  spawnSync('pdftoppm', ['-r', '150', '-png', form, join(folder, 'page')]);
  const pages = readdirSync(folder).filter((name) => name.startsWith('page'));
  return pages
    .sort()
    .map((page) => spawnSync('zbarimg', ['--quiet', '--raw', join(folder, page)], { encoding: 'utf8' }).stdout.trim());
}

/** Places the shares that are ready, proves each, and gives them. */
export async function proveShares(window, shares) {
  for (const [index, share] of shares.entries()) {
    await window.says(`Prove share ${index + 1} of ${shares.length}`);
    await window.type('Words of the share', share);
    await window.click('button', 'Prove it');
  }
}

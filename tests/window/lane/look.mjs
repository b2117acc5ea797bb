// One look at one view: what is wrong with it, as sentences; none where nothing is.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const MAX_ROWS = 200;
const SETTLED_MS = 8_000;

/** Opens a tab in which every error is kept, and prototypes are frozen as they are in the real window. */
export async function openTab(browser, { theme, size }) {
  // axe is put in from outside; everything else obeys the page's policy, whose breaches are errors.
  const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce' });
  await context.addInitScript(() => Object.freeze(Object.prototype));
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(`thrown: ${error.message}`));
  page.on('dialog', (dialog) => {
    errors.push(`a page's own dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('requestfailed', (request) => errors.push(`not loaded: ${request.url()}`));
  return { page, takeErrors: () => errors.splice(0), close: () => context.close() };
}

/** Opens a view anew, and waits until nothing is on its way any more. */
export async function goTo(page, address) {
  await page.goto('about:blank');
  await page.goto(address);
  await page.waitForSelector('h1', { timeout: SETTLED_MS });
  await settle(page);
}

export async function settle(page) {
  await page.waitForFunction(
    () => document.querySelector('#root')?.childElementCount && !document.querySelector('[aria-busy="true"]'),
    null,
    { timeout: SETTLED_MS },
  );
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(60);
}

/** What is wrong with the layout: nothing may make the window scroll sideways, or hold thousands of rows. */
export async function layoutFaults(page) {
  return page.evaluate((max) => {
    const faults = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth - clientWidth} px too wide`);
    const main = document.querySelector('main');
    if (main && main.scrollWidth > main.clientWidth + 1)
      faults.push(`the screen is ${main.scrollWidth - main.clientWidth} px too wide`);
    const rows = document.querySelectorAll('[role="row"], tr').length;
    if (rows > max) faults.push(`${rows} rows are in the document`);
    return faults;
  }, MAX_ROWS);
}

/** What somebody who hears the window, or sees little of it, would stumble over. */
export async function accessFaults(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.length}): ${nodes[0].html.slice(0, 160)} ${detail(nodes[0])}`,
  );
}

const detail = (node) => node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? '';

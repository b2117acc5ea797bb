// The fast lane: every screen of the window in Chromium, over made-up answers. Looks at it in both themes and in
// two sizes, runs axe, and keeps pictures in target/screenshots/. `node tests/window/lane.mjs [PART OF A NAME]`.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { accessFaults, goTo, layoutFaults, openTab, settle } from './lane/look.mjs';
import { serve } from './lane/serve.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pictures = join(root, 'target/screenshots');
const only = process.argv[2] ?? '';

const SIZES = { large: { width: 1100, height: 720 }, small: { width: 900, height: 600 } };
const THEMES = ['light', 'dark'];
/** Circumstances in which a whole screen looks otherwise; `mock/main.tsx` makes them. */
const WORLDS = ['', 'empty', 'failing'];
/** Circumstances in which one thing covers every screen. */
const COVERS = ['locked', 'first-run'];

const say = (line) => process.stdout.write(`${line}\n`);
const total = { passed: 0, failed: 0 };

function tell(name, faults) {
  total[faults.length === 0 ? 'passed' : 'failed'] += 1;
  if (faults.length > 0) say(`FAILED ${name}\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

/** Looks at what a tab shows, and keeps a picture. */
async function look(tab, name) {
  const faults = [...(await layoutFaults(tab.page)), ...(await accessFaults(tab.page)), ...tab.takeErrors()];
  await tab.page.screenshot({ path: join(pictures, `${name}.png`) });
  tell(name, faults);
}

/** One view; a failure to show it at all is a fault like another. */
async function visit(tab, name, address, then = async () => {}) {
  if (!name.includes(only)) return;
  try {
    await goTo(tab.page, address);
    await look(tab, name);
    await then();
  } catch (error) {
    tell(name, [error.message, ...tab.takeErrors()]);
  }
}

/** A list's first row, opened beside the list. */
async function openFirstRow(tab, name) {
  const row = tab.page.locator('main [role="grid"] [role="row"][aria-rowindex="2"]').first();
  if ((await row.count()) === 0) return;
  await row.click({ position: { x: 120, y: 12 } });
  await settle(tab.page);
  await look(tab, `${name}-open`);
}

const addressOf = (site, world, path = '/') => `${site}/mock.html${world && `?world=${world}`}#${path}`;

/** The screens that the rail leads to, and the gallery of parts. */
async function screens(browser, site) {
  const tab = await openTab(browser, { theme: 'light', size: SIZES.large });
  await goTo(tab.page, addressOf(site, ''));
  const links = await tab.page
    .locator('nav[aria-label="Screens"] a')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  await tab.close();
  return [...links.map((link) => link.replace(/^.*#/, '')), '/gallery'];
}

async function lookAtAll(browser, site) {
  const paths = await screens(browser, site);
  for (const [sizeName, size] of Object.entries(SIZES)) {
    for (const theme of THEMES) {
      const tab = await openTab(browser, { theme, size });
      const worlds = sizeName === 'large' ? WORLDS : [''];
      for (const world of worlds) {
        for (const path of paths) {
          const name = [path.slice(1), world, theme, sizeName].filter(Boolean).join('-');
          await visit(tab, name, addressOf(site, world, path), () => world === '' && openFirstRow(tab, name));
        }
      }
      for (const world of COVERS) await visit(tab, `${world}-${theme}-${sizeName}`, addressOf(site, world));
      await tab.close();
    }
  }
}

function build(folder) {
  const vite = join(root, 'node_modules/.bin/vite');
  const { status } = spawnSync(vite, ['build', '--mode', 'mock', '--outDir', folder, '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the window over made-up answers could not be built');
}

mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(root, 'target/lane-'));
let browser;
let site;
try {
  build(folder);
  site = await serve(folder, root);
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  await lookAtAll(browser, site.address);
} catch (error) {
  tell('the lane itself', [error.stack]);
} finally {
  await browser?.close();
  site?.close();
  rmSync(folder, { recursive: true, force: true });
}
say(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

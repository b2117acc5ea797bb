// The window over made-up answers, in Chromium: every screen in every world, light and dark, large and small.
//
//   node tests/window/lane.mjs [--only assets] [--world many] [--theme dark] [--size 900x600] [--built dist-mock]
//
// Pictures go to target/screenshots/. The last line is `N passed, N failed`.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { run } from '../../scripts/run.mjs';
import { findings } from './lane/rules.mjs';
import { serve } from './lane/site.mjs';
import { LOOKS, views } from './lane/views.mjs';
import { Visit } from './lane/visit.mjs';

const root = new URL('../..', import.meta.url).pathname;
const PICTURES = join(root, 'target/screenshots');
const AT_ONCE = 2;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    world: { type: 'string' },
    theme: { type: 'string' },
    size: { type: 'string' },
    built: { type: 'string' },
  },
});

const built = options.built ? join(root, options.built) : build();
const site = await serve(built);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
let failed = 0;
let passed = 0;
let hostile = 0;
try {
  mkdirSync(PICTURES, { recursive: true });
  const waiting = views().filter(isWanted);
  if (waiting.length === 0) throw new Error('no such view');
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(waiting)));
  if (!options.only && !options.world) tell('hostile text was shown, as text', hostile > 0 ? [] : ['no screen showed any']);
} finally {
  await browser.close();
  site.close();
  if (!options.built) rmSync(built, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Builds into a folder of this run, so that two runs do not take each other's files away. */
function build() {
  const folder = join(root, `target/lane-${process.pid}`);
  run('npx', ['vite', 'build', '--mode', 'mock', '--logLevel', 'warn', '--outDir', folder], { cwd: root });
  return folder;
}

function isWanted(view) {
  return (!options.only || view.name === options.only) && (!options.world || view.world === options.world);
}

async function work(waiting) {
  for (let view = waiting.shift(); view; view = waiting.shift()) await look(view);
}

/** Opens a view once, and looks at it in every light and size. */
async function look(view) {
  let visit;
  try {
    visit = await Visit.to(browser, site.origin, view);
    if (!(await visit.prepare(view))) return;
    for (const { theme, size } of LOOKS) {
      if ((options.theme && theme !== options.theme) || (options.size && `${size.width}x${size.height}` !== options.size))
        continue;
      await visit.dress(theme, size);
      const name = [view.name, view.world, view.step, theme, `${size.width}x${size.height}`].filter(Boolean).join('-');
      await visit.page.screenshot({ path: join(PICTURES, `${name}.png`) });
      const found = await findings(visit);
      hostile += found.hostile;
      tell(name, found.problems);
    }
  } catch (error) {
    tell(`${view.name} ${view.world}`, [String(error?.message ?? error), ...(visit?.complaints() ?? [])]);
  } finally {
    await visit?.close();
  }
}

function tell(name, problems) {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  if (problems.length > 0) console.log([`FAILED ${name}`, ...problems.map((problem) => `    ${problem}`)].join('\n'));
}

// Visits the wallet's page in headless Chromium with test wallets, and clicks through it as a person would.
//
//   node visit.mjs CONFIG URL
//
// CONFIG is JSON: { wallets: [{ kind, name, seed, unsteady, declines }], choose, scheme, shots }. Prints one JSON document of
// what was seen. Chromium is Debian's, or the one that QV_CHROMIUM names.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { inject } from './inject.mjs';
import { evm, seedOf, solana } from './keys.mjs';

const [, , configFile, url] = process.argv;
const config = JSON.parse(readFileSync(configFile, 'utf8'));
const keys = config.wallets.map((wallet) => wallet.kind === 'evm' ? evm(seedOf(wallet.seed), wallet.unsteady) : solana(seedOf(wallet.seed)));
const shown = config.wallets.map(({ kind, name, declines = 0 }, at) => ({ kind, name, declines, address: keys[at].address, publicKey: keys[at].publicKey }));
const seen = { texts: [], problems: [], elsewhere: [], errors: [], title: '' };

const browser = await chromium.launch({
  executablePath: process.env.QV_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const context = await browser.newContext({ colorScheme: config.scheme ?? 'light', viewport: { width: 900, height: 860 } });
  await context.exposeFunction('qvTestSign', (index, message) => {
    seen.texts.push(Buffer.from(message, 'hex').toString());
    return keys[index].sign(Buffer.from(message, 'hex'));
  });
  await context.addInitScript(inject, shown);
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('request', (request) => { if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:')) seen.elsewhere.push(request.url()); });
  await page.goto(url);
  await clickThrough(page, context);
} catch (error) {
  seen.errors.push(String(error));
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));

async function clickThrough(page, context) {
  const shoot = async (name) => { if (config.shots) await page.screenshot({ path: join(config.shots, `${config.scheme ?? 'light'}-${name}.png`), fullPage: true }); };
  await page.locator('#wallets button').first().waitFor();
  await shoot('1-choose');
  if (config.secondTab) {
    const second = await context.newPage();
    await second.goto(url);
    await second.locator('h1', { hasText: 'cannot be used' }).waitFor();
    seen.secondTab = await second.locator('#lead').textContent();
    await second.close();
  }
  await page.getByRole('button', { name: config.choose }).click();
  for (let step = 2; ; step += 1) {
    const next = page.locator('.primary:enabled, .problem:not([hidden])').first();
    const over = page.locator('h1', { hasText: /^(Done|Nothing)/ });
    await next.or(over).first().waitFor();
    const problem = await page.locator('.problem:not([hidden])').allTextContents();
    seen.problems.push(...problem);
    await shoot(`${step}-step`);
    const sign = page.locator('.primary:enabled');
    if (await sign.count() === 0) break;
    await sign.click();
    await page.waitForFunction(() => !document.querySelector('.primary:disabled'));
    if (step > 8) throw new Error('it asks and asks');
  }
  const cancel = page.getByRole('button', { name: 'Cancel' });
  if (await cancel.isVisible()) await cancel.click();
  seen.title = await page.locator('h1').textContent();
}

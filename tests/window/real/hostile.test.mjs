// Strangers' text in the real window: whatever a server, a file or a name says stays text, and breaks no screen.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { measure } from '../lane/rules.mjs';
import { until } from './driver.mjs';
import { invoke, Person, root, unlock } from './person.mjs';
import { BROKEN, NAME, SCRIPT, startStrangers } from './strangers.mjs';

const QUIET_MS = 300;

let person;
let picture;
let window;
let strangers;

before(async () => {
  person = new Person();
  picture = person.pictures('real-hostile');
  person.makeVault();
  person.configure('[scan]\nallow_private = true\n[window]\nreadable_while_locked = true\n');
  strangers = await startStrangers(person.ends);
  person.qv('anchors', 'create', NAME, '--env', 'PROD', '--activate');
  person.qv('assets', 'add', NAME, '--name', NAME, '--env', 'PROD');
  person.qv('assets', 'edit', NAME, '--tag', 'turned\u202egat');
  person.qv('policies', 'add', NAME, '--description', NAME, '--mode', 'enforce');
  // A file may be called anything but for a slash and a NUL.
  const file = join(person.place.folder, NAME.replaceAll('/', '∕').slice(0, 80));
  writeFileSync(file, 'material');
  person.qv('secrets', 'add', NAME, '--file', file);
  window = await person.window();
  await unlock(window);
  // Counted from here on, whatever is asked for and whatever fails.
  await window.run(`() => {
    window.complaints = [];
    window.alert = window.confirm = window.prompt = (text) => { window.complaints.push('a dialog: ' + text) };
    window.addEventListener('error', (event) => window.complaints.push('error: ' + event.message), true);
    document.addEventListener('securitypolicyviolation', (event) => window.complaints.push('refused: ' + event.blockedURI));
  }`);
});

after(async () => {
  await window?.close();
  person.leave();
});

/** What is wrong with what is shown now, in words. */
async function wrongs() {
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  const { overflowing, images, bare, rows } = await window.run(String(measure));
  const { pwned, complaints, asked } = await window.run(`() => ({
    pwned: window.pwned ?? null,
    complaints: window.complaints.splice(0),
    asked: performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !/^(tauri|ipc|asset):/.test(name)),
  })`);
  return [
    ...overflowing.map((what) => `${what} is wider than its place`),
    ...(images > 0 ? ['text became an element'] : []),
    ...(bare > 0 ? ['a letter that turns text is in the page as it is'] : []),
    ...(rows > 200 ? [`${rows} rows`] : []),
    ...(pwned === null ? [] : ['text was executed']),
    ...complaints,
    ...asked.map((name) => `a request for ${name}`),
  ];
}

const row = (index) =>
  window.run(
    `(index) => { const found = document.querySelector('[role=row][aria-rowindex="' + (index + 1) + '"]'); found?.click(); return Boolean(found) }`,
    index,
  );

test('the strangers are scanned, and what they say is kept', async () => {
  const targets = Object.values(strangers);
  const request = { targets, saved: false, save: true, environment: 'PROD', scan_type: 'DISCOVERY', allow_private: true };
  const scan = await invoke(window, 'scans_start', { request });
  const ended = await until(
    async () => {
      const found = await invoke(window, 'scans_overview', { scan });
      return found.status !== 'RUNNING' && found;
    },
    'the scan to end',
    120_000,
  );
  assert.deepEqual(
    ended.causes.map(({ cause }) => cause),
    ['garbage'],
    'all but the one that speaks no TLS are assets',
  );
  const kept = JSON.stringify(person.json('assets', 'show', strangers.markup));
  assert.ok(kept.includes('onerror'), 'the names are facts of the asset');
  const broken = JSON.stringify(person.json('assets', 'show', strangers.broken));
  assert.ok(broken.includes('\\u0000') || broken.includes('\\\\00'), 'and so are those that no terminal takes');
  assert.ok(BROKEN.includes('\0'));
  await window.go(`/scans?scan=${scan}`);
  await window.click('button', 'Show targets');
  assert.deepEqual(await wrongs(), []);
  picture('scan');
});

test('every screen shows them as text, in its place', async () => {
  const source = readFileSync(join(root, 'src/routes/screens.ts'), 'utf8');
  const paths = [...source.matchAll(/path: '(\/[a-z-]+)'/g)].map((found) => found[1]);
  assert.ok(paths.length >= 12);
  const found = {};
  for (const path of paths) {
    await window.go(path);
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const problems = await wrongs();
    if (await row(1)) problems.push(...(await wrongs()));
    picture(path.slice(1));
    if (problems.length > 0) found[path] = problems;
  }
  assert.deepEqual(found, {});
});

test('so does everything that is told of one asset', async () => {
  const found = {};
  for (const [name, location] of Object.entries({ ...strangers, banner: NAME })) {
    const { id } = await invoke(window, 'assets_show', { name: location });
    for (const tab of ['', 'facts', 'history', 'secrets', 'attestation']) {
      await window.go(`/assets?open=${id}${tab && `&tab=${tab}`}`);
      await window.find('button', 'Close details');
      await window.run(`() => { for (const one of document.querySelectorAll('details')) one.open = true }`);
      const problems = await wrongs();
      if (problems.length > 0) found[`${name} ${tab}`] = problems;
      if (tab === 'facts') picture(`facts-${name}`);
    }
  }
  assert.deepEqual(found, {});
  await window.go(`/assets?open=${(await invoke(window, 'assets_show', { name: strangers.markup })).id}&tab=facts`);
  await window.says('<img src=x');
});

test('and so do the log, the palette, a filter and an address that say it themselves', async () => {
  await window.go(`/audit?q=${encodeURIComponent(JSON.stringify(SCRIPT))}`);
  assert.deepEqual(await wrongs(), [], 'the log');
  await window.go(
    `/assets?tag=${encodeURIComponent(JSON.stringify(NAME))}&policy=${encodeURIComponent(JSON.stringify(`out_of:${NAME}`))}`,
  );
  await window.says('<img src=x');
  assert.deepEqual(await wrongs(), [], 'the filters');
  await window.go(
    `/assets?env=${encodeURIComponent(JSON.stringify([SCRIPT]))}&open=${encodeURIComponent(JSON.stringify(SCRIPT))}`,
  );
  assert.deepEqual(await wrongs(), [], 'an environment and an asset that are none');
  await window.go('/overview');
  await window.press('\uE009', 'k');
  await window.find('dialog', '');
  const field = `() => document.querySelector('[role=dialog] input') !== null`;
  await until(() => window.run(field), 'the palette');
  await window.type('', 'img', { clear: false }).catch(() => {});
  assert.deepEqual(await wrongs(), [], 'the palette');
  picture('palette');
});

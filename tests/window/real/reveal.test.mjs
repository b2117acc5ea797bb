// A secret is shown in a window of its own, as a picture, for a minute, and then is nowhere.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from './driver.mjs';
import { nameOf, search, tree } from './memory.mjs';
import { invoke, Person, root, unlock } from './person.mjs';

// Never one string in this program's arguments or files that the window's processes could have read.
const WORDS = ['zebra', 'quartz', 'nimbus', 'walrus'].map((word, index) => `${word}${index * 7919 + 31}`);
const SECRET = WORDS.join('-');

let person;
let window;

before(async () => {
  person = new Person();
  person.makeVault();
  person.configure('[window]\nreadable_while_locked = true\n');
  person.qv('anchors', 'create', 'main', '--env', 'PROD', '--activate');
  person.qv('assets', 'add', 'db.window.test', '--type', 'APPLICATION', '--env', 'PROD');
  const file = join(person.place.folder, 'secret.txt');
  writeFileSync(file, SECRET);
  person.qv('secrets', 'add', 'db.window.test', '--file', file, '--label', 'the-label-of-it');
  rmSync(file);
  window = await person.window();
  await unlock(window);
});

after(async () => {
  await window?.close();
  person.leave();
});

const TITLE = '^QuantumVault: reveal$';

/** Opens the window that shows the secret; its id. */
async function openReveal() {
  const [secret] = (await invoke(window, 'secrets_list', { filter: {}, after: null })).items;
  await invoke(window, 'secrets_reveal', { secret: secret.id });
  const [id] = await until(() => {
    const found = person.shown.windows(TITLE);
    return found.length > 0 && found;
  }, 'the other window');
  return id;
}

/** Whether the log says that a secret was shown, and how often. */
const timesShown = () => person.json('audit', 'list', '--action', 'MATERIAL_REVEALED').items.length;

/** Has the secret shown: the button has the focus from the beginning. */
async function show(id) {
  const before = timesShown();
  await until(() => {
    person.shown.press(id, 'Return');
    return timesShown() > before;
  }, 'the secret to be shown');
}

const isGone = () => person.shown.windows(TITLE).length === 0;

/** Every process of the window that has one of these texts in its memory. */
const holders = (...texts) =>
  tree(person.shown.child.pid)
    .filter((pid) => search(pid, texts).length > 0)
    .map((pid) => `${nameOf(pid)} ${pid}`);

/** What the main window gets that asks for the picture too. */
const pictureInMain = () =>
  window.run(`() => new Promise((done) => {
    const image = new Image();
    image.onload = () => done('shown');
    image.onerror = () => done('refused');
    image.src = 'qv-reveal://localhost/';
  })`);

test('nothing is opened before a person wants it, and then it is a picture and no text', async () => {
  const id = await openReveal();
  assert.equal(timesShown(), 0);
  assert.equal(await pictureInMain(), 'refused');
  await show(id);
  assert.equal(await pictureInMain(), 'refused');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  mkdirSync(join(root, 'target/screenshots'), { recursive: true });
  person.shown.screenshot(id, join(root, 'target/screenshots/reveal.png'));
  assert.match(holders('the-label-of-it').join(), /WebKitWeb/, 'what is text there is found');
  assert.deepEqual(holders(SECRET, ...WORDS), [], 'while it is shown');
  person.shown.press(id, 'Escape');
  await until(isGone, 'the window to close');
});

test('after a minute the window is gone, and the secret is in no memory', async () => {
  const id = await openReveal();
  await show(id);
  const began = Date.now();
  await until(isGone, 'the minute to pass', 70_000);
  const took = (Date.now() - began) / 1000;
  assert.ok(took > 50 && took < 66, `${took} s`);
  assert.deepEqual(holders(SECRET, ...WORDS), []);
});

test('locking closes what is being shown', async () => {
  await openReveal();
  await invoke(window, 'vault_lock');
  await until(isGone, 'the window to close');
  const refused = await window.run(
    `(secret) => window.__TAURI_INTERNALS__.invoke('secrets_reveal', { secret }).catch((problem) => problem.code)`,
    (await invoke(window, 'secrets_list', { filter: {}, after: null })).items[0].id,
  );
  assert.equal(refused, 'locked');
});

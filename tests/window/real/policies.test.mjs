// Policies in a real window: the guided fields and the JSON are one, a dry run lists what an edit would change, and
// applying shows how far it is.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from './driver.mjs';
import { Person, unlock } from './person.mjs';

const ASSETS = 12;

let person;
let window;

before(async () => {
  person = new Person();
  person.makeVault();
  person.qv('anchors', 'create', 'main', '--activate');
  const secret = join(person.place.folder, 'secret');
  writeFileSync(secret, 'what is to be wrapped', { mode: 0o600 });
  for (let number = 0; number < ASSETS; number++) {
    person.qv('assets', 'add', `key-${number}`, '--env', 'prod');
    person.qv('secrets', 'add', `key-${number}`, '--file', secret, '--label', 'key');
  }
  person.qv('assets', 'add', 'lab', '--env', 'dev', '--type', 'database');
  window = await person.window();
  await unlock(window);
  await window.click('link', 'Policies', 30_000);
});

after(async () => {
  await window?.close();
  person.leave();
});

const scope = () => window.run(`() => JSON.parse(document.querySelectorAll('form[aria-label] textarea')[0].value)`);

const isChosen = (name) =>
  window.run(
    `(name) => [...document.querySelectorAll('button[aria-pressed]')].find((one) => one.innerText.includes(name))?.getAttribute('aria-pressed')`,
    name,
  );

test('the guided fields and the JSON say the same', async () => {
  await window.click('button', 'New policy');
  await window.type('Name', 'production');
  await window.choose('Assets', 'BY_ENVIRONMENT');
  await until(async () => JSON.stringify(await scope()) === '{"environment":["PROD"]}', 'the scope in the JSON');
  await window.click('button', 'Development');
  assert.deepEqual(await scope(), { environment: ['PROD', 'DEV'] });
  await window.says(`${ASSETS + 1} assets in scope`);

  await window.type('Scope as JSON', '{"environment": ["PROD"], "type": ["KEY"]}');
  await until(async () => (await isChosen('Development')) === 'false', 'the field to follow the JSON');
  assert.equal(await isChosen('Production'), 'true');
  assert.equal(await isChosen('Key'), 'true', 'a field that was not in sight is opened');
  await window.says(`${ASSETS} assets in scope`);

  await window.type('Scope as JSON', '{"environment": ["MOON"]}');
  await window.says(/MOON/);
  assert.deepEqual(person.json('policies', 'list'), [], 'nothing is saved by looking');

  await window.type('Scope as JSON', '{"environment": ["PROD"]}');
  await window.says(`${ASSETS} assets in scope`);
  await window.click('radio', 'Enforce');
  await window.says(`${ASSETS} of these could be wrapped`);
  await window.click('button', 'Make the policy');
  await until(() => person.json('policies', 'list').length === 1, 'the policy');
  const policy = person.json('policies', 'show', 'production');
  assert.deepEqual(policy.scope_definition, { environment: ['PROD'] });
  assert.deepEqual([policy.assets_in_scope, policy.non_compliant], [ASSETS, ASSETS]);
});

test('a dry run lists what an edit would change, and changes nothing', async () => {
  const before = person.json('policies', 'show', 'production');
  await window.says('production');
  await window.click('button', 'Edit');
  await window.says('No asset would stand otherwise than now');
  await window.type('Scope as JSON', '{"environment": ["DEV"]}');
  await window.says(`Would change: 1 come into scope and fail, ${ASSETS} leave the scope.`);
  await window.click('button', 'Show the changes');
  const listed = await window.run(
    `() => Object.fromEntries([...document.querySelectorAll('[aria-label="Dry run"] section')].map((one) =>
      [one.getAttribute('aria-label'), [...one.querySelectorAll('li')].map((row) => row.innerText.split('\\n')[0].trim())]))`,
  );
  assert.deepEqual(listed['Come into scope, and fail'], ['lab']);
  assert.equal(listed['Leave the scope'].length, ASSETS);
  await window.click('button', 'Cancel');
  await window.click('button', 'Leave and lose it');
  assert.deepEqual(person.json('policies', 'show', 'production'), before);
});

test('what fails is wrapped, and the window shows how far it is', async () => {
  await window.run(`() => {
    window.seen = [];
    const look = () => {
      const bar = document.querySelector('progress[aria-label="Assets that were wrapped"]');
      if (bar) window.seen.push([bar.value, bar.max]);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  }`);
  await window.run(`() => document.querySelector('[role=row][aria-rowindex="2"]').click()`);
  await window.click('button', 'Wrap what fails');
  await window.says(`${ASSETS} assets,`);
  await window.click('button', 'Wrap them');
  await window.says(`${ASSETS} secrets of ${ASSETS} assets wrapped`, 60_000);
  const seen = await window.run('() => window.seen');
  assert.ok(seen.length > 0, 'progress was shown');
  assert.ok(seen.every(([value, max]) => value <= max));
  await window.click('button', 'Close');
  const policy = person.json('policies', 'show', 'production');
  assert.deepEqual([policy.non_compliant, policy.wrapped], [0, ASSETS]);
  const [job] = person.json('jobs', 'list');
  assert.deepEqual([job.kind, job.state, job.done, job.failed], ['WRAP', 'DONE', ASSETS, 0]);
});

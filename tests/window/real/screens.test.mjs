// The audit, the settings, the activity and what is typed: done in the real window, and held against `qv`.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from './driver.mjs';
import { invoke, PASSPHRASE, Person, unlock } from './person.mjs';

const TARPITS = 6;

let person;
let picture;
let window;
const tarpits = [];

before(async () => {
  person = new Person();
  picture = person.pictures('real-screens');
  person.makeVault();
  person.configure(
    '# by hand\n[scan]\nallow_private = true\nconcurrency = 1\nhandshake_timeout_ms = 60000\ntarget_timeout_ms = 60000\n[window]\nreadable_while_locked = true\n',
  );
  for (let number = 0; number < TARPITS; number += 1) {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    tarpits.push(server);
  }
  person.qv('assets', 'add', 'db.window.test', '--type', 'APPLICATION', '--env', 'DEV');
  person.qv('assets', 'add', 'pay.window.test', '--type', 'APPLICATION', '--env', 'PROD');
  window = await person.window();
  await unlock(window);
});

after(async () => {
  await window?.close();
  person.leave();
  for (const server of tarpits) server.close();
});

const main = () => person.shown.windows('^QuantumVault$')[0];
const at = (name) => join(person.place.folder, name);
const address = () => window.run('() => location.hash');

test('the log is verified, and taken to a file', async () => {
  await window.go('/audit');
  await window.click('button', 'Verify');
  await window.says('Nothing wrong was found');
  assert.match(await window.text(), /nobody has signed a checkpoint yet/);
  await window.click('button', 'Export…');
  await person.shown.answerFile('^Export the log$', at('log.jsonl'));
  await window.says(/events are in .*log\.jsonl/);
  const lines = readFileSync(at('log.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.at(-1).size, lines.length - 1);
  picture('export');
});

test('a checkpoint is saved as a file, and a file tells what became of the log', async () => {
  await window.go('/audit');
  await window.click('button', 'Checkpoint');
  await window.click('button', 'Sign a checkpoint now');
  await window.click('button', 'Save as a file…');
  await person.shown.answerFile('^Save the checkpoint$', at('kept.txt'));
  await window.says(/The checkpoint of \d+ events is in .*kept\.txt/);
  const kept = readFileSync(at('kept.txt'), 'utf8');
  const size = Number(kept.split('\n')[1]);
  assert.equal(person.json('audit', 'verify', '--checkpoint', at('kept.txt')).kept.size, size);

  await window.click('button', 'Compare with a saved checkpoint…');
  await person.shown.answerFile('^Choose the checkpoint that was kept$', at('kept.txt'));
  await window.says(new RegExp(`Its ${size} events are the first of this log, unchanged\\. .* added since`));
  picture('compared');

  writeFileSync(at('forged.txt'), kept.replace(`\n${size}\n`, `\n${size - 1}\n`));
  await window.click('button', 'Choose its file…');
  await person.shown.answerFile('^Choose the checkpoint that was kept$', at('forged.txt'));
  await window.says('The keys of this log did not sign it');
  picture('forged');

  writeFileSync(at('list.txt'), 'a shopping list\n');
  await window.click('button', 'Choose its file…');
  await person.shown.answerFile('^Choose the checkpoint that was kept$', at('list.txt'));
  await window.says('Give a checkpoint that this vault signed');
});

test('a page cannot have a file read for what it was not chosen for', async () => {
  const refused = await window.run(
    `(file) => window.__TAURI_INTERNALS__.invoke('audit_verify_file', { file }).catch((problem) => problem.message)`,
    1,
  );
  assert.match(refused, /used already, or chosen for something else/);
});

test('the environment narrows the lists, and one click shows all again', async () => {
  await window.click('link', 'Assets');
  await window.says('pay.window.test');
  await until(
    () =>
      window.choose('Environment', 'Development').then(
        () => true,
        () => false,
      ),
    'the environment to be offered',
  );
  await until(async () => !(await window.text()).includes('pay.window.test'), 'the list to be narrowed');
  assert.match(await address(), /env=/);
  picture('environment');
  await window.click('link', 'Custody');
  await window.click('link', 'Assets');
  await window.find('button', 'Show all environments');
  assert.ok(!(await window.text()).includes('pay.window.test'), 'it is remembered');
  await window.click('button', 'Show all environments');
  await window.says('pay.window.test');
  await window.run('() => history.back()');
  await until(async () => !(await window.text()).includes('pay.window.test'), 'Back to go back');
  await window.click('button', 'Show all environments');
});

test('a scan that was stopped is gone on with', async () => {
  const targets = tarpits.map((server) => `127.0.0.1:${server.address().port}`);
  const request = { targets, saved: false, save: false, environment: 'DEV', scan_type: 'DISCOVERY', allow_private: false };
  const scan = await invoke(window, 'scans_start', { request });
  await window.go('/activity');
  // Work that another began is looked for twice a minute.
  await window.says('Running', 40_000);
  await window.run(`() => document.querySelector('[role=row][aria-rowindex="2"]').click()`);
  await window.click('button', 'Stop…');
  await window.says('gone on with afterwards');
  await window.click('button', 'Stop the work');
  await window.says('Cancelled');
  assert.equal(person.json('scans', 'overview', scan).not_reached, TARPITS);
  picture('stopped');

  // From the scan itself …
  await window.go(`/scans?scan=${scan}`);
  await window.says(`It ended before ${TARPITS} targets were reached`);
  picture('not-reached');
  // … and from the activity.
  await window.go('/activity');
  await window.run(`() => document.querySelector('[role=row][aria-rowindex="2"]').click()`);
  await window.click('button', `Go on with ${TARPITS}`);
  const [newest] = await until(() => {
    const scans = person.json('scans', 'list');
    return scans.length === 2 && scans;
  }, 'another scan');
  assert.equal(person.json('scans', 'show', newest.id).targets, TARPITS);
  await until(async () => (await address()).includes(newest.id), 'the new scan to be shown');
  const [job] = await invoke(window, 'jobs_list', { limit: 1 });
  assert.equal(job.scan, newest.id);
  await invoke(window, 'jobs_cancel', { job: job.id });
});

test('the diagnostics are those of qv', async () => {
  await window.click('link', 'About');
  await window.says('Diagnostics');
  const checks = await invoke(window, 'vault_doctor');
  assert.deepEqual(
    checks.map(({ name }) => name),
    person.json('doctor').map(({ name }) => name),
  );
  await window.says(/vault\.db/);
  picture('diagnostics');
});

test('what is typed is asked about before it is left', async () => {
  await window.go('/policies?new=true');
  await window.type('Name', 'half a policy');
  await window.click('link', 'Assets');
  await window.says('the policy as it is written here');
  picture('unsaved');
  await window.click('button', 'Stay here');
  assert.match(await address(), /policies/);
  const name = `() => [...document.querySelectorAll('input')].some((input) => input.value === 'half a policy')`;
  assert.ok(await window.run(name), 'what was typed is still there');

  // Closing the window is asked about by the desktop, which no page can answer.
  const dialogs = () => person.shown.windows('^QuantumVault: confirm$');
  person.shown.askToClose(main());
  const question = await until(() => dialogs()[0], 'the question');
  person.shown.press(question, 'Escape');
  await until(() => dialogs().length === 0, 'the question to be gone');
  assert.ok(await window.run(name), 'the window is still there');

  await window.click('link', 'Assets');
  await window.click('button', 'Leave and lose it');
  await window.says('pay.window.test');
  assert.deepEqual(person.json('policies', 'list'), []);
});

test('a setting holds after a restart, and the file keeps what a person wrote', async () => {
  await window.go('/settings?section=session');
  await window.type('Idle minutes', '45');
  await window.press('\uE007');
  await window.says('Idle minutes was changed');
  const places = await invoke(window, 'config_places');
  assert.deepEqual(places, person.json('config', 'path'));
  await window.says(places.path);
  await window.says(places.vault);
  picture('settings');
  assert.match(readFileSync(places.path, 'utf8'), /^# by hand\n.*idle_minutes = 45/s);
  await window.close();
  window = await person.window();
  await window.go('/settings?section=session');
  await until(
    () => window.run(`() => [...document.querySelectorAll('input')].some((input) => input.value === '45')`),
    'the setting to be shown',
  );
  assert.equal(person.json('config', 'show').session.idle_minutes, 45);
});

test('a lock asks nothing, takes what is typed, and says so', async () => {
  person.configure('[window]\nreadable_while_locked = false\n');
  await window.close();
  window = await person.window();
  await window.says('The vault is locked');
  await window.click('button', 'Unlock');
  await window.type('Passphrase', PASSPHRASE);
  await window.click('button', 'Open');
  await window.find('link', 'Overview', 30_000);
  await window.go('/policies?new=true');
  await window.type('Name', 'half a policy');
  await window.click('button', 'Unlocked');
  await window.says('Not saved, and gone: the policy as it is written here');
  picture('lost');
  assert.ok(!(await window.run('() => document.documentElement.outerHTML')).includes('half a policy'));
});

// A vault that devices open: a TPM with a PIN, a wallet in a real browser, a YubiKey behind a real pcscd.

import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from './driver.mjs';
import { invoke, Person } from './person.mjs';

const PIN = '2580-okapi';
const SECOND = 'marmot quartz 19 velvet';

let person;
let window;
let devices;
let held;
let picture;

before(async () => {
  person = new Person();
  picture = person.pictures('devices');
  devices = await person.devices();
  person.extra.BROWSER = browser();
  person.configure(`[tpm]\ntcti = "${devices.tcti}"\n`);
  window = await person.window();
});

after(async () => {
  if (process.env.QV_WINDOW_LOG) picture('last');
  await window?.close();
  person.leave();
});

/** The system's browser: the one with the wallet, or, while it is held, one in which nobody does anything. */
function browser() {
  const program = join(person.place.folder, 'browser');
  held = join(person.place.folder, 'held');
  writeFileSync(program, `#!/bin/sh\n[ -e '${held}' ] || exec '${devices.browser}' "$@"\n`);
  chmodSync(program, 0o700);
  return program;
}

async function lock() {
  await window.click('button', 'Unlocked');
  await window.says('The vault is locked');
}

async function givePin(pin, act = 'Open') {
  await window.type('PIN', pin);
  await window.click('button', act);
}

test('the first run finds the devices, and makes a vault of the pair that it recommends', async () => {
  await window.click('button', 'Next');
  await window.says(/TPM 2\.0 that answers/, 30_000);
  await window.says('11223344');
  picture('hardware');
  await window.click('button', 'Next');
  await window.says('Recommended');
  await window.click('radio', 'This machine’s TPM and a wallet signature');
  await window.click('checkbox', 'The TPM also asks for a PIN');
  picture('ways');
  await window.click('button', 'Next');
  await window.click('checkbox', 'Make recovery shares');
  await window.click('button', 'Next');
  await window.click('button', 'Make the vault');
  await window.type('New PIN', PIN, { clear: false });
  await window.type('The same again', PIN);
  await window.click('button', 'Use this PIN');
  await window.says('Waiting for the wallet', 30_000);
  picture('wallet');
  await window.find('link', 'Overview', 90_000);
  const [slot] = person.json('slots', 'list');
  assert.equal(slot.factors, 'tpm+wallet');
  await window.says(/Unlocked\s+This machine’s TPM and a wallet signature\s+\d+ min/);
});

test('a wrong PIN says how many tries are left, and a right one opens with the wallet’s signature', async () => {
  await lock();
  await window.click('button', 'Unlock');
  await window.says('PIN of the TPM', 60_000);
  await givePin('2581-okapi');
  await window.says(/did not open the vault\.\s+The TPM refused the PIN; it takes 9 more wrong ones; 2 more tries/, 60_000);
  picture('wrong-pin');
  await window.click('button', 'Unlock');
  await window.says('PIN of the TPM', 60_000);
  await givePin(PIN);
  await window.says(/Unlocked\s+This machine/, 60_000);
});

test('waiting for the wallet can be stopped, and nothing is opened', async () => {
  await lock();
  writeFileSync(held, '');
  await window.click('button', 'Unlock');
  await window.says('Waiting for the wallet', 30_000);
  await window.says('No page opened?');
  picture('waiting');
  const began = Date.now();
  await window.click('button', 'Stop waiting');
  await window.find('button', 'Unlock', 10_000);
  assert.ok(Date.now() - began < 10_000);
  assert.equal(await invoke(window, 'ask_open'), null);
  assert.equal((await invoke(window, 'vault_status')).vault.session.state, 'locked');
  assert.doesNotMatch(await window.text(), /did not open|Cancelled/);
  rmSync(held);
  await window.click('button', 'Unlock');
  await window.says('PIN of the TPM', 60_000);
  await givePin(PIN);
  await window.says(/Unlocked\s+This machine/, 60_000);
});

test('a YubiKey is added, and opens with its PIN and a touch', async () => {
  await window.click('link', 'Custody');
  await window.click('button', 'Add a way in');
  await window.click('radio', 'A YubiKey and a passphrase', 30_000);
  await window.click('button', 'Add it');
  await window.says(/PIN of YubiKey 11223344[\s\S]*3 tries are left/, 30_000);
  await window.says('still has the PIN of every new one');
  picture('yubikey-pin');
  await givePin(devices.yubikey.pin, 'Go on');
  await window.type('New passphrase', SECOND);
  await window.type('The same again', SECOND);
  await window.click('button', 'Use this passphrase');
  await window.says('opens the vault now', 30_000);
  assert.deepEqual(await invoke(window, 'slots_list'), person.json('slots', 'list'));

  await lock();
  await window.click('radio', 'A YubiKey and a passphrase');
  await window.click('button', 'Unlock');
  await window.says(/3 tries are left/, 30_000);
  await givePin('654321', 'Go on');
  await window.says(/PIN of YubiKey 11223344 is wrong, and 2 tries are left before it blocks/, 30_000);
  picture('wrong-yubikey-pin');
  await window.click('button', 'Unlock');
  await window.says(/2 tries are left before it blocks/, 30_000);
  await givePin(devices.yubikey.pin, 'Go on');
  await window.type('Passphrase', SECOND);
  await window.click('button', 'Open');
  await window.says(/Unlocked\s+A YubiKey and a passphrase/, 30_000);
});

test('waiting for a touch can be stopped', async () => {
  await lock();
  await devices.act('untouched');
  await window.click('radio', 'A YubiKey and a passphrase');
  await window.click('button', 'Unlock');
  await givePin(devices.yubikey.pin, 'Go on');
  await window.says('Touch YubiKey 11223344', 30_000);
  picture('touch');
  await window.click('button', 'Stop waiting');
  await until(async () => (await invoke(window, 'ask_open')) === null, 'the question to be gone');
  await window.find('button', 'Unlock', 10_000);
  await devices.act('touched');
  assert.equal((await invoke(window, 'vault_status')).vault.session.state, 'locked');
});

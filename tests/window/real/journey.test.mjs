// A newcomer with no document: from the first run to the first attested asset, by what the window shows alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from './driver.mjs';
import { PASSPHRASE, Person } from './person.mjs';

// The first account of every chain for tests; its key is in the node's own documentation.
const TEST_KEY = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const SECRET = 'postgres://app:correct-horse@db/prod';

let person;
let window;
let server;
let picture;

before(async () => {
  person = new Person();
  picture = person.pictures('real');
  server = await person.tlsServer('-tls1_2');
  const node = await person.chain();
  // The only thing that is not clicked: which node the chain has is this machine's matter.
  person.configure(`[scan]\nallow_private = true\n[chain]\nrpc_url = "${node}"\nchain_id = 31337\n`);
  window = await person.window();
});

after(async () => {
  if (process.env.QV_WINDOW_LOG) picture('last');
  await window?.close();
  person.leave();
});

test('the first run makes a vault', async () => {
  await window.says('Welcome to QuantumVault');
  picture('welcome');
  await window.click('button', 'Next');
  await window.says('What this machine has');
  await window.says('keyring');
  picture('hardware');
  await window.click('button', 'Next');
  await window.says('How the vault opens');
  await window.click('radio', 'A passphrase');
  picture('ways');
  await window.click('button', 'Next');
  await window.click('checkbox', 'Make recovery shares');
  await window.click('button', 'Next');
  await window.click('button', 'Back');
  await window.click('button', 'Next');
  assert.throws(() => person.qv('status'), /no vault/, 'nothing is written before the end');
  await window.click('button', 'Make the vault');
  await window.type('New passphrase', PASSPHRASE);
  await window.type('The same again', 'something else');
  await window.click('button', 'Use this passphrase');
  await window.says('The two differ');
  await window.type('New passphrase', PASSPHRASE);
  await window.type('The same again', PASSPHRASE);
  await window.click('button', 'Use this passphrase');
  await window.find('link', 'Overview', 30_000);
  picture('overview-new');
});

test('a host is scanned and judged', async () => {
  await window.click('link', 'Scans');
  await window.type('Hosts and URLs', server);
  await window.click('button', 'Scan 1 target');
  await until(() => person.json('assets', 'list').items.length === 1, 'the asset');
  await window.click('link', 'Assets');
  await window.says(server);
  picture('assets');
  await window.run(`() => document.querySelector('[role=row][aria-rowindex="2"]').click()`);
  await window.says('Quantum-vulnerable');
  picture('asset');
});

test('a policy says what must hold, and who fails it', async () => {
  await window.click('link', 'Policies');
  await window.click('button', 'New policy');
  await window.type('Name', 'everything');
  await window.click('button', 'Make the policy');
  await until(() => person.json('policies', 'list').length === 1, 'the policy');
  const [policy] = person.json('policies', 'list');
  assert.deepEqual([policy.assets_in_scope, policy.non_compliant], [1, 1]);
  await window.says('everything');
  picture('policy');
});

test('an anchor is made, and a secret is wrapped under it', async () => {
  await window.click('link', 'Anchors');
  await window.click('button', 'New anchor');
  await window.click('button', 'Make it');
  await window.says('was made');
  await window.click('link', 'Secrets');
  await window.click('button', 'Add');
  await window.click('button', server);
  await window.type('Secret', SECRET);
  await window.type('Label', 'database');
  await window.click('button', 'Store it');
  await window.says('database');
  const page = await window.run('() => document.documentElement.outerHTML');
  assert.ok(!page.includes('correct-horse'), 'what was typed is not kept in the page');
  await window.run(`() => document.querySelector('[role=row][aria-rowindex="2"]').click()`);
  await window.click('button', 'Wrap anew');
  await until(() => person.json('assets', 'list').items[0].status === 'WRAPPED_PQC', 'the asset to be wrapped');
  picture('secret');
});

test('it is attested on the chain, and verified', async () => {
  await window.click('link', 'Attestation');
  await window.click('button', 'Choose one');
  await window.click('button', 'Take one over');
  await window.type('Private key', TEST_KEY);
  await window.click('button', 'Take it over');
  await window.says('0xf39F', 20_000);
  await window.click('button', 'Done');
  await window.click('button', 'Deploy one');
  await window.click('button', 'Send the transaction');
  await window.says('The registry is at', 30_000);
  await window.click('button', 'Attest assets', 20_000);
  await window.click('button', 'Send 1 attestation');
  await window.says('Confirmed', 60_000);
  await window.click('button', 'Verify', 30_000);
  await window.says(/the chain|chain holds|attested/i);
  picture('attestation');
  assert.equal(person.json('assets', 'list').items[0].status, 'ATTESTED');
});

test('the lock covers everything, and the passphrase opens it again', async () => {
  await window.click('button', 'Unlocked');
  await window.says('The vault is locked');
  picture('locked');
  assert.ok(!(await window.text()).includes(server));
  await window.click('button', 'Unlock');
  await window.type('Passphrase', 'wrong');
  await window.click('button', 'Open');
  await window.says('did not open', 30_000);
  await window.click('button', 'Unlock');
  await window.type('Passphrase', PASSPHRASE);
  await window.click('button', 'Open');
  await window.find('link', 'Overview', 30_000);
  await window.click('link', 'Overview');
  picture('overview');
  console.log(`# ${window.clicks} clicks from the first run to the first attested asset and back through the lock`);
});

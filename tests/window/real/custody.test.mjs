// Custody of a vault: its ways in are made, tested, lost in a drill, replaced and removed, by what the window shows alone.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from './driver.mjs';
import { invoke, PASSPHRASE, Person } from './person.mjs';
import { proveShares, sharesIn, sharesOn } from './shares.mjs';

const SPARE = 'marmot quartz 19 velvet';
const NEXT = 'nine slow herons 47 cobalt';
const WHERE = '^Where the recovery shares go$';

let person;
let window;
let shares;
let picture;

before(async () => {
  person = new Person();
  picture = person.pictures('custody');
  window = await person.window();
});

after(async () => {
  if (process.env.QV_WINDOW_LOG) picture('last');
  await window?.close();
  person.leave();
});

async function givePassphrase(passphrase) {
  await window.type('Passphrase', passphrase);
  await window.click('button', 'Open');
}

async function giveShare(share) {
  await window.type('Words of the share', share);
  await window.click('button', 'Give this share');
}

async function chooseNew(passphrase) {
  await window.type('New passphrase', passphrase);
  await window.type('The same again', passphrase);
  await window.click('button', 'Use this passphrase');
}

/** What the custody screen lists, and `qv` beside it. */
async function ways() {
  const listed = person.json('slots', 'list');
  assert.deepEqual(await invoke(window, 'slots_list'), listed);
  await until(async () => {
    const text = await window.text();
    return listed.every((slot) => text.includes(slot.label));
  }, 'every way in to be shown');
  return listed;
}

const openRow = (text) =>
  until(
    () =>
      window.run(
        `(text) => {
          const row = [...document.querySelectorAll('[role=row][aria-rowindex]')].find((one) => one.innerText.includes(text));
          row?.click();
          return row !== undefined;
        }`,
        text,
      ),
    `a row “${text}”`,
  );

test('the first run can be stopped at the shares, and leaves nothing', async () => {
  await window.click('button', 'Next');
  await window.click('button', 'Next');
  await window.click('radio', 'A passphrase');
  await window.click('button', 'Next');
  await window.choose('Shares in all', '4');
  await window.choose('Needed to open', '3');
  await window.click('button', 'Back');
  await window.says('How the vault opens');
  await window.click('button', 'Next');
  await window.choose('Needed to open', '2');
  await window.choose('Shares in all', '3');
  await window.click('button', 'Next');
  await window.says('any 2 of 3 shares');
  picture('ready');
  await window.click('button', 'Make the vault');
  await chooseNew(PASSPHRASE);
  await window.says('3 recovery shares are ready');
  picture('shares-ready');
  await window.click('button', 'Into a folder');
  const folder = join(person.place.folder, 'first');
  await person.shown.answerFile(WHERE, folder);
  await sharesIn(folder, 3);
  await window.says('Prove share 1 of 3');
  assert.throws(() => person.qv('status'), /no vault/, 'nothing is written before the end');
  await window.click('button', 'Cancel');
  await window.says('You stopped, and nothing was made');
  await until(() => !existsSync(folder), 'the shares to be withdrawn');
  assert.throws(() => person.qv('status'), /no vault/);
  picture('stopped');
});

test('the shares are proven one by one, and then there is a vault', async () => {
  await window.click('button', 'Make the vault');
  await chooseNew(PASSPHRASE);
  await window.click('button', 'Into a folder');
  const folder = join(person.place.folder, 'shares');
  await person.shown.answerFile(WHERE, folder);
  shares = await sharesIn(folder, 3);
  await window.says('Prove share 1 of 3');
  await window.type('Words of the share', shares[1]);
  await window.says('53 of 53 words');
  await window.click('button', 'Prove it');
  await window.says(/Not taken: that is another share/);
  picture('share-refused');
  await proveShares(window, shares);
  await window.find('link', 'Overview', 30_000);
  const [kept, set] = person.json('slots', 'list');
  assert.deepEqual([kept.factors, set.factors], ['passphrase', 'shares']);
});

test('custody shows every way in, and what one loss would leave', async () => {
  await window.click('link', 'Custody');
  await window.says('The vault survives the loss of any one thing');
  assert.equal((await ways()).length, 2);
  picture('ways');
});

test('a way in is added, and tested', async () => {
  await window.click('button', 'Add a way in');
  await window.click('radio', 'A passphrase', 30_000);
  await window.type('Name', 'the spare one');
  picture('add');
  await window.click('button', 'Add it');
  await chooseNew(SPARE);
  await window.says('opens the vault now');
  assert.equal((await ways()).length, 3);
  await openRow('the spare one');
  await window.click('button', 'Test it');
  await givePassphrase(PASSPHRASE);
  await window.says(/did not open the vault.*2 more tries/is, 30_000);
  await window.click('button', 'Test it');
  await givePassphrase(SPARE);
  await window.says(/“the spare one” opens the vault\./, 30_000);
  picture('tested');
});

test('the drill proves each way by what it takes', async () => {
  await window.click('button', 'Loss drill');
  await window.click('button', 'Prove it');
  const given = { passphrase: PASSPHRASE, 'the spare one': SPARE };
  const asked = [];
  while (asked.length < 4) {
    const question = await until(async () => {
      const open = await invoke(window, 'ask_open');
      return open && !asked.some((one) => one.id === open.id) && open;
    }, 'the next question');
    asked.push(question);
    await window.says(`For ${question.slot}`);
    if (question.kind === 'share') await giveShare(shares[asked.filter((one) => one.kind === 'share').length]);
    else await givePassphrase(given[question.slot]);
  }
  await window.says('Proved just now', 30_000);
  assert.equal((await window.text()).split('Opens the vault').length - 1, 3);
  picture('drill');
});

test('a new recovery set is printed, proven from the paper, and its file destroyed', async () => {
  await window.click('button', 'Ways in');
  await window.click('button', 'New recovery set');
  await window.type('Name', 'the set in the safe');
  await window.click('button', 'Make the shares');
  await window.says('3 recovery shares are ready');
  const form = join(person.place.folder, 'form.pdf');
  await window.click('button', 'As a form to print');
  await person.shown.answerFile(WHERE, form);
  const printed = await sharesOn(form, person.place.folder);
  assert.equal(printed.length, 3);
  await proveShares(window, printed);
  await person.shown.agree('^QuantumVault: confirm$');
  await until(() => !existsSync(form), 'the form to be destroyed');
  assert.equal((await ways()).length, 4);
});

test('a way in is removed by typing its name', async () => {
  await openRow('the spare one');
  await window.click('button', 'Remove');
  await window.says('What still opens it');
  picture('remove');
  assert.equal(
    await window.run(`() => [...document.querySelectorAll('button')].find((one) => one.innerText === 'Remove it').disabled`),
    true,
  );
  await window.type('to confirm', 'the spare one');
  await window.click('button', 'Remove it');
  await window.says('no longer opens the vault');
  const left = await ways();
  assert.deepEqual(left.map((slot) => slot.label).includes('the spare one'), false);
  assert.equal(left.length, 3);
});

test('a wrong passphrase says how many tries are left, and a right one opens', async () => {
  await window.click('button', 'Unlocked');
  await window.says('The vault is locked');
  await window.click('radio', 'A passphrase');
  await window.click('button', 'Unlock');
  await givePassphrase(SPARE);
  await window.says(/did not open the vault[\s\S]*more (try|tries) before a pause/, 30_000);
  picture('wrong');
  await window.click('button', 'Unlock');
  await givePassphrase(PASSPHRASE);
  await window.says(/Unlocked\s+A passphrase\s+\d+ min/, 30_000);
});

test('after a leak every way in is made anew, and what is not here goes where that is accepted', async () => {
  await window.click('link', 'Custody');
  await window.click('button', 'Locking and key');
  await window.click('button', 'It may have leaked');
  await window.says('You choose a new passphrase');
  await window.type('to confirm', 'replace');
  picture('leak');
  await window.click('button', 'Replace it');
  await window.says('For passphrase');
  await chooseNew(NEXT);
  const sets = [];
  for (const name of ['again-1', 'again-2']) {
    await window.says('3 recovery shares are ready', 30_000);
    const folder = join(person.place.folder, name);
    await window.click('button', 'Into a folder');
    await person.shown.answerFile(WHERE, folder);
    sets.push(await sharesIn(folder, 3));
    await proveShares(window, sets.at(-1));
  }
  await window.says('under a new master key', 30_000);
  picture('leaked');
  assert.equal((await invoke(window, 'vault_status')).vault.session.state, 'locked');
  await window.click('radio', 'A passphrase');
  await window.click('button', 'Unlock');
  await givePassphrase(PASSPHRASE);
  await window.says(/did not open the vault/, 30_000);
  await window.click('button', 'Unlock');
  await givePassphrase(NEXT);
  await window.says(/Unlocked\s+A passphrase/, 30_000);
  await window.click('link', 'Custody');
  assert.equal((await ways()).length, 3);
});

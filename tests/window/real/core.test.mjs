// The real program in a real window, spoken to as its page does.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from './driver.mjs';

import { nameOf, tree } from './memory.mjs';
import { invoke, Person, PROGRAM, unlock } from './person.mjs';

let person;
let window;
let server;

before(async () => {
  person = new Person();
  person.makeVault();
  person.configure('[scan]\nallow_private = true\n[window]\nreadable_while_locked = true\n');
  server = await person.tlsServer('-tls1_2');
  person.qv('scan', server, '--save');
  window = await person.window();
});

after(async () => {
  await window?.close();
  person.leave();
});

test('the window and qv answer alike', async () => {
  const cases = [
    ['assets_list', { query: { limit: 50 } }, ['assets', 'list']],
    ['scans_list', { limit: 20 }, ['scans', 'list']],
    ['targets_list', {}, ['targets', 'list']],
    ['policies_list', {}, ['policies', 'list']],
    ['anchors_list', {}, ['anchors', 'list']],
    ['config_show', {}, ['config', 'show']],
    ['slots_list', {}, ['slots', 'list']],
    ['jobs_list', { limit: 20 }, ['jobs', 'list']],
  ];
  for (const [command, args, words] of cases) {
    assert.deepEqual(await invoke(window, command, args), person.json(...words), command);
  }
  const [asset] = (await invoke(window, 'assets_list', { query: { limit: 1 } })).items;
  assert.equal(asset.location, server);
  assert.deepEqual(await invoke(window, 'assets_show', { name: asset.id }), person.json('assets', 'show', asset.id));
});

test('the page runs nothing but its own files, and goes nowhere', async () => {
  const tried = await window.run(
    String(async () => {
      const results = {};
      try {
        // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested
        results.eval = globalThis.eval('1');
      } catch (error) {
        results.eval = error.name;
      }
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      results.inline = window.injected ?? 'blocked';
      results.fetch = await fetch('http://127.0.0.1:9/').then(
        () => 'sent',
        () => 'blocked',
      );
      results.frozen = Object.isFrozen(Object.prototype);
      window.open('https://example.org');
      location.href = 'https://example.org/';
      await new Promise((resolve) => setTimeout(resolve, 500));
      results.at = location.protocol;
      return results;
    }),
  );
  assert.deepEqual(tried, { eval: tried.eval, inline: 'blocked', fetch: 'blocked', frozen: true, at: 'tauri:' });
  assert.match(String(tried.eval), /Error/);
});

test('a window may call what its capability names, and nothing else', async () => {
  const refused = (command, args) =>
    window.run(
      `(command, args) => window.__TAURI_INTERNALS__.invoke(command, args).then(() => 'answered', String)`,
      command,
      args ?? {},
    );
  for (const command of [
    'reveal_about',
    'reveal_done',
    'plugin:shell|open',
    'plugin:fs|read_file',
    'plugin:window|close',
    'plugin:event|emit',
  ]) {
    assert.match(await refused(command), /not allowed|not found/i, command);
  }
});

test('what needs a key is refused while the vault is locked', async () => {
  const problem = await window.run(
    `() => window.__TAURI_INTERNALS__.invoke('anchors_create', { wanted: { name: 'main', description: null, environment: 'PROD', anchor_type: 'ROOT_OF_TRUST', suite: 'ML-KEM-1024', activate: true } }).catch((problem) => problem)`,
  );
  assert.equal(problem.code, 'locked');
  assert.match(problem.message, /locked/);
});

test('a window that unlocked is the agent, until it is locked', async () => {
  await unlock(window);
  assert.equal(person.json('status').vault.session.state, 'unlocked');
  // `qv` needs no passphrase now: the window's session serves it.
  assert.equal(person.json('anchors', 'create', 'main', '--env', 'PROD', '--activate').is_active, true);
  await invoke(window, 'vault_lock');
  assert.equal(person.json('status').vault.session.state, 'locked');
  assert.equal((await invoke(window, 'vault_status')).vault.session.state, 'locked');
});

test('a wrong passphrase is said to be one, and declining ends the question', async () => {
  const ask = (answer) =>
    window
      .run(
        `(command, extra) => { window.unlocking = window.__TAURI_INTERNALS__.invoke('vault_unlock', { slot: null }).then(() => ({}), (problem) => problem) }`,
      )
      .then(async () => {
        const question = await until(() => invoke(window, 'ask_open'), 'the question');
        await answer(question.id);
        return window.run('() => window.unlocking');
      });
  const wrong = await ask((id) => invoke(window, 'ask_answer', { id, secret: 'wrong' }));
  assert.equal(wrong.code, 'wrong_factor');
  const declined = await ask((id) => invoke(window, 'ask_decline', { id }));
  assert.notEqual(declined.code, undefined);
  assert.equal(await invoke(window, 'ask_open'), null);
});

test('an agent that hangs is told, and holds nothing up', async () => {
  const { pid } = person.json('unlock');
  const problem = (command, args) =>
    window.run(
      `(command, args) => window.__TAURI_INTERNALS__.invoke(command, args).then(() => ({}), (problem) => problem)`,
      command,
      args,
    );
  process.kill(pid, 'SIGSTOP');
  try {
    const wanted = {
      name: 'second',
      description: null,
      environment: 'PROD',
      anchor_type: 'ROOT_OF_TRUST',
      suite: 'ML-KEM-1024',
      activate: false,
    };
    // More at once than the window has threads: what needs no agent is answered meanwhile.
    const waiting = Array.from({ length: 12 }, () => problem('anchors_create', { wanted }));
    const began = Date.now();
    assert.equal((await invoke(window, 'config_settings')).length > 10, true);
    assert.ok((await invoke(window, 'assets_list', { query: { limit: 1 } })).items.length === 1);
    assert.ok(Date.now() - began < 4000, `${Date.now() - began} ms`);
    for (const told of await Promise.all(waiting)) {
      assert.equal(told.code, 'unreachable');
      assert.match(told.message, new RegExp(`does not answer.*kill -9 ${pid}`));
    }
    assert.equal((await problem('vault_unlock', { slot: null })).code, 'unreachable');
    const { vault } = await invoke(window, 'vault_status');
    assert.equal(vault.session.state, 'locked');
    assert.match(vault.warnings[0], /does not answer/);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
  await until(async () => (await invoke(window, 'vault_status')).vault.warnings.every((one) => !/answer/.test(one)), 'its end');
  await unlock(window);
  await invoke(window, 'vault_lock');
});

test('a second start shows the window that is there, and ends', () => {
  assert.equal(person.shown.run(PROGRAM), '');
  assert.equal(tree(person.shown.child.pid).filter((pid) => nameOf(pid) === 'quantumvault').length, 1);
});

test('a signal ends the program, and the vault is locked first', async () => {
  await unlock(window);
  const running = () => tree(person.shown.child.pid).find((pid) => nameOf(pid) === 'quantumvault');
  process.kill(running(), 'SIGTERM');
  await until(() => !running(), 'the program to end');
  const [last] = person.json('audit', 'list', '--action', 'VAULT_LOCKED').items;
  assert.equal(last.metadata.reason, 'quit');
  await window.close();
  window = null;
});

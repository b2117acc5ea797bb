// The program is killed in the middle of a scan, and goes on where it was.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { until } from './driver.mjs';
import { nameOf, tree } from './memory.mjs';
import { invoke, Person, unlock } from './person.mjs';

const TARGETS = 8;

let person;
const tarpits = [];

before(async () => {
  person = new Person();
  person.makeVault();
  person.configure(
    '[scan]\nallow_private = true\nconcurrency = 1\nhandshake_timeout_ms = 700\ntarget_timeout_ms = 1500\n[window]\nreadable_while_locked = true\n',
  );
  for (let number = 0; number < TARGETS; number += 1) {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    tarpits.push(server);
  }
});

after(() => {
  person.leave();
  for (const server of tarpits) server.close();
});

test('a scan that was killed goes on at the next start, and sees each target once', async () => {
  const window = await person.window();
  await unlock(window);
  const targets = tarpits.map((server) => `127.0.0.1:${server.address().port}`);
  const request = { targets, saved: false, save: false, environment: 'DEV', scan_type: 'DISCOVERY', allow_private: false };
  await invoke(window, 'scans_start', { request });
  const job = async () => (await invoke(window, 'jobs_list', { limit: 1 }))[0];
  await until(async () => (await job())?.done >= 2, 'two targets', 20_000);
  const pid = tree(person.shown.child.pid).find((one) => nameOf(one) === 'quantumvault');
  process.kill(pid, 'SIGKILL');
  await window.close();

  const again = await person.window();
  const ended = await until(
    async () => {
      const [found] = await invoke(again, 'jobs_list', { limit: 5 });
      return found?.state === 'DONE' && found;
    },
    'the scan to end',
    90_000,
  );
  assert.equal(ended.done, TARGETS);
  const [scan] = person.json('scans', 'list');
  const shown = person.json('scans', 'show', scan.id);
  assert.equal(shown.failed, TARGETS);
  assert.deepEqual(shown.failures.map((one) => one.target).toSorted(), targets.toSorted());
  await again.close();
});

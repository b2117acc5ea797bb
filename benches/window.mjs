// The window with 100,000 assets, and beside it, in the same run, an empty Tauri window and a Chromium window.
// `npm run bench window`. Chromium in application mode stands in for a minimal Electron window, which is Chromium and Node:
// Electron itself comes from no package registry.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tauriDriver } from '../scripts/install.mjs';
import { Desktop, Window, makePlace, until } from '../tests/window/real/driver.mjs';

const target = resolve(process.argv[2] ?? 'target');
const program = (name) => join(target, 'release', name);
const ASSETS = 100_000;
const STARTS = 5;
const IDLE_S = 20;
/** After the last act the web view still collects what it left; idle is what comes then. */
const SETTLE_S = 15;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function promise(what, value, limit, unit) {
  const kept = value <= limit ? 'kept' : 'MISSED';
  console.log(`  ${what.padEnd(58)} ${value.toFixed(2)} ${unit} (at most ${limit}): ${kept}`);
}

function must(command, args, options = {}) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** A vault that anyone may read, with the assets in it. */
function makeVault(place) {
  const passphrase = join(place.folder, 'passphrase');
  writeFileSync(passphrase, 'a passphrase for a benchmark\n', { mode: 0o600 });
  must('sh', ['-c', `${program('qv')} --home "$QV_HOME" --passphrase-fd 3 init --accept-classical --no-recovery 3< "${passphrase}"`], {
    env: { ...process.env, QV_HOME: place.home },
  });
  writeFileSync(join(place.home, 'config.toml'), '[window]\nreadable_while_locked = true\n');
  must(program('fill'), [place.home, String(ASSETS)]);
}

/** Process and all that it started. */
function tree(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has ended.
    }
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Memory of a tree in MiB, each shared page counted once. */
const pss = (pid) => sum(tree(pid).map((one) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${one}/smaps_rollup`))?.[1] ?? 0))) / 1024;

/** CPU seconds of a tree. */
const cpu = (pid) =>
  sum(
    tree(pid).map((one) => {
      const stat = read(`/proc/${one}/stat`);
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
    }),
  );

const pidOf = (name, desktop) => tree(desktop.child.pid).find((pid) => read(`/proc/${pid}/cmdline`).split('\0')[0].endsWith(`/${name}`));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds from the start until the page shows this. */
async function start(desktop, name, shows) {
  const began = performance.now();
  const window = await Window.open(desktop, program(name));
  await until(() => window.run(shows), 'the first page', 20_000, 5);
  return { window, took: performance.now() - began };
}

const SHOWS_ROWS = `() => document.querySelectorAll('[role=row]').length > 5 || document.body.innerText.includes('100,000')`;
const SHOWS_TEXT = `() => document.readyState === 'complete' && document.body.innerText.includes('empty')`;

async function startUp(desktop) {
  const ours = [];
  const empty = [];
  for (let round = 0; round < STARTS; round += 1) {
    for (const [name, shows, times] of [['quantumvault', SHOWS_ROWS, ours], ['examples/empty_window', SHOWS_TEXT, empty]]) {
      const { window, took } = await start(desktop, name, shows);
      times.push(took);
      await window.close();
      await sleep(500);
    }
  }
  console.log(`  start to interactive, ms: ours ${median(ours).toFixed(0)}, empty window ${median(empty).toFixed(0)}`);
  promise('start, times an empty Tauri window', median(ours) / median(empty), 1.2, 'times');
}

/** Milliseconds from an act in the page to the frame that shows its end. */
async function frames(window) {
  const acts = await window.run(String(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))));
    const grid = document.querySelector('[role=grid]');
    const scrolls = [];
    for (let step = 1; step <= 40; step += 1) {
      const began = performance.now();
      grid.scrollTop += 1500;
      scrolls.push((await frame()) - began);
    }
    const rows = document.querySelectorAll('[role=row]').length;
    const typed = [];
    const field = document.querySelector('input[type=search]');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    for (const text of ['host-0007', 'host-00077', 'nowhere', '-42.', '']) {
      const began = performance.now();
      set.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      typed.push((await frame()) - began);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    return { scrolls, rows, typed };
  }));
  return acts;
}

async function bridge(window) {
  return window.run(String(async () => {
    const page = await window.__TAURI_INTERNALS__.invoke('assets_list', { query: { limit: 80 } });
    return JSON.stringify(page).length / 1024;
  }));
}

/** From a query over the bridge to its answer, in the page: search and filters over all assets. */
async function queries(window) {
  return window.run(String(async () => {
    const times = [];
    for (const query of [{ search: '-42.' }, { search: 'host-000777' }, { search: 'nowhere' }, { levels: ['CRITICAL'] }, { environments: ['PROD'], sort: 'name' }]) {
      const began = performance.now();
      await window.__TAURI_INTERNALS__.invoke('assets_list', { query: { limit: 80, ...query } });
      times.push(performance.now() - began);
    }
    return times;
  }));
}

async function chromiumMemory(place, env) {
  const profile = mkdtempSync(join(tmpdir(), 'qv-chromium-'));
  const page = `file://${join(place.folder, 'empty.html')}`;
  writeFileSync(join(place.folder, 'empty.html'), '<!doctype html><p>An empty window');
  const child = spawn('/usr/bin/chromium', ['--no-sandbox', `--user-data-dir=${profile}`, '--no-first-run', `--app=${page}`], {
    env, detached: true, stdio: 'ignore',
  });
  await sleep(8000);
  const memory = pss(child.pid);
  process.kill(-child.pid, 'SIGKILL');
  return memory;
}

/** What the web view takes by itself: no window can be below it. */
async function emptyMemory(desktop) {
  const { window } = await start(desktop, 'examples/empty_window', SHOWS_TEXT);
  await sleep(3000);
  const memory = pss(pidOf('empty_window', desktop));
  await window.close();
  return memory;
}

const place = makePlace();
let desktop;
try {
  console.log(`\nThe window with ${ASSETS.toLocaleString('en')} assets`);
  makeVault(place);
  desktop = await Desktop.start(place, { tauriDriver: tauriDriver() });
  await startUp(desktop);
  const { window } = await start(desktop, 'quantumvault', SHOWS_ROWS);
  await window.go('/assets');
  await until(() => window.run(`() => document.querySelectorAll('[role=row]').length > 20`), 'the list');
  const { scrolls, rows, typed } = await frames(window);
  promise('scroll to the next frame, slowest', Math.max(...scrolls), 100, 'ms');
  promise('a letter of a search to the next frame, slowest', Math.max(...typed), 100, 'ms');
  promise('a query over the bridge and back, slowest', Math.max(...(await queries(window))), 100, 'ms');
  promise('rows in the document', rows, 200, 'rows');
  promise('one page over the bridge', await bridge(window), 64, 'KiB');
  const pid = pidOf('quantumvault', desktop);
  const ours = pss(pid);
  await sleep(SETTLE_S * 1000);
  const before = cpu(pid);
  await sleep(IDLE_S * 1000);
  promise('idle CPU', ((cpu(pid) - before) / IDLE_S) * 100, 0.5, '%');
  await window.close();
  const peer = await chromiumMemory(place, desktop.env);
  const floor = await emptyMemory(desktop);
  console.log(`  memory (PSS), MiB: ours ${ours.toFixed(0)}, an empty Tauri window ${floor.toFixed(0)}, a Chromium window ${peer.toFixed(0)}`);
  promise('memory, times a Chromium window', ours / peer, 0.5, 'times');
} finally {
  desktop?.stop();
  place.remove();
}

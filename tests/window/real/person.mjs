// A person with a vault: a place of their own, `qv` on it, and servers to scan.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Desktop, freePort, makePlace, until, Window } from './driver.mjs';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const PICTURES = join(root, 'target/screenshots');
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const profile = process.env.QV_WINDOW_PROFILE ?? 'debug';
export const PROGRAM = join(target, profile, 'quantumvault');
const QV = join(target, profile, 'qv');
/** `cargo test` has built it, as it builds every example. */
const DEVICES = join(target, 'debug/examples/devices');
const TAURI_DRIVER = process.env.QV_TAURI_DRIVER ?? join(root, 'target/tools/tauri-driver/bin/tauri-driver');

const ARCH = { x64: 'amd64', arm64: 'arm64' }[process.arch];
const ANVIL =
  process.env.QV_ANVIL ?? join(root, `contracts/node_modules/@foundry-rs/anvil-${process.platform}-${ARCH}/bin/anvil`);

export const PASSPHRASE = 'a long walk on a windy beach';

export class Person {
  constructor() {
    this.place = makePlace();
    this.ends = [];
    /** What the window's environment says besides. */
    this.extra = {};
  }

  /** Gives what keeps, under this name and by number, what this person sees in the main window. */
  pictures(prefix) {
    mkdirSync(PICTURES, { recursive: true });
    let count = 0;
    return (name) => {
      count += 1;
      const [id] = this.shown.windows('^QuantumVault$');
      this.shown.screenshot(id, join(PICTURES, `${prefix}-${String(count).padStart(2, '0')}-${name}.png`));
    };
  }

  /** Runs `qv`; gives what it printed. The passphrase comes on a descriptor, where it is asked for. */
  qv(...args) {
    const passphrase = join(this.place.folder, 'passphrase');
    // `init` asks for it once for a script, and every other command once.
    writeFileSync(passphrase, `${PASSPHRASE}\n${PASSPHRASE}\n`, { mode: 0o600 });
    const quoted = args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ');
    const env = { ...process.env, QV_HOME: this.place.home, XDG_RUNTIME_DIR: join(this.place.folder, 'run'), ...this.extra };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', `'${QV}' --passphrase-fd 3 ${quoted} 3< '${passphrase}'`], {
      encoding: 'utf8',
      env,
      maxBuffer: 1 << 28,
    });
    if (status !== 0 && status !== 3) throw new Error(`qv ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout;
  }

  json(...args) {
    return JSON.parse(this.qv('--json', ...args));
  }

  /** A vault that a passphrase opens. */
  makeVault() {
    this.qv('init', '--no-recovery');
  }

  configure(text) {
    writeFileSync(join(this.place.home, 'config.toml'), text);
  }

  /** A TLS server of openssl's on loopback; `host:port`. */
  async tlsServer(...options) {
    const port = await freePort();
    const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(this.place.folder, `${port}-${name}`));
    const subject = [
      '-subj',
      '/CN=window.test',
      '-days',
      '2',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
    ];
    spawnSync('openssl', ['req', '-x509', ...subject]);
    const server = spawn(
      'openssl',
      ['s_server', '-accept', `127.0.0.1:${port}`, '-key', key, '-cert', certificate, '-quiet', '-www', ...options],
      { stdio: 'ignore' },
    );
    this.ends.push(() => server.kill('SIGKILL'));
    await until(
      () => spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${port}`], { input: '', timeout: 2000 }).status === 0,
      'openssl',
    );
    return `127.0.0.1:${port}`;
  }

  /** A chain of our own on loopback; the address of its node. */
  async chain() {
    const port = await freePort();
    const node = spawn(ANVIL, ['--port', String(port), '--silent'], { stdio: 'ignore' });
    this.ends.push(() => node.kill('SIGKILL'));
    const url = `http://127.0.0.1:${port}`;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
    await until(
      () =>
        fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } }).then(
          (answer) => answer.ok,
          () => false,
        ),
      'the chain',
    );
    return url;
  }

  /** A TPM, a YubiKey in a reader, and a wallet in a browser: where they are, and how to do something with them. */
  async devices() {
    const devices = spawn(DEVICES, { stdio: ['pipe', 'pipe', 'inherit'] });
    // It takes its devices away when nobody speaks to it any more.
    this.ends.push(() => devices.stdin.end());
    const lines = createInterface({ input: devices.stdout })[Symbol.asyncIterator]();
    const answer = async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error('the devices ended');
      return value;
    };
    const places = JSON.parse(await answer());
    this.extra[places.pcsc.variable] = places.pcsc.socket;
    const act = async (what) => {
      devices.stdin.write(`${what}\n`);
      await answer();
    };
    return { ...places, act };
  }

  /** A display; windows are opened on it one after another. */
  async desktop() {
    if (!this.shown) {
      this.shown = await Desktop.start(this.place, { tauriDriver: TAURI_DRIVER, extra: this.extra });
      this.ends.push(() => this.shown.stop());
    }
    return this.shown;
  }

  async window() {
    const window = await Window.open(await this.desktop(), PROGRAM);
    await until(() => window.run('() => document.getElementById("root")?.childElementCount > 0'), 'the first page');
    return window;
  }

  leave() {
    for (const end of this.ends.toReversed()) end();
    this.place.remove();
  }
}

/** Calls a command as the page does. */
export function invoke(window, command, args = {}) {
  return window.run('(command, args) => window.__TAURI_INTERNALS__.invoke(command, args)', command, args);
}

/** Unlocks as the page does: the command waits while its question is answered. */
export async function unlock(window) {
  await window.run(
    `() => { window.unlocking = window.__TAURI_INTERNALS__.invoke('vault_unlock', { slot: null }).then(() => 'done', (e) => e.message) }`,
  );
  const question = await until(() => invoke(window, 'ask_open'), 'the question');
  await invoke(window, 'ask_answer', { id: question.id, secret: PASSPHRASE });
  const ended = await window.run('() => window.unlocking');
  if (ended !== 'done') throw new Error(`unlocking: ${ended}`);
}

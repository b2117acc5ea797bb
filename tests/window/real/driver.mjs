// A real window under Xvfb, driven through WebDriver: one process group with a display, a session bus and a
// folder of its own, so that it may run beside another copy of itself.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CALL_LIMIT_MS = 20_000;
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Waits until `look` gives something, and gives that; it looks every `stepMs`. */
export async function until(look, what, limitMs = 20_000, stepMs = 100) {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}

/** A place for one person: their home, and where the desktop's things go. */
export function makePlace() {
  const folder = mkdtempSync(join(tmpdir(), 'qv-window-'));
  for (const part of ['run', 'data', 'config', 'cache', 'vault']) mkdirSync(join(folder, part), { mode: 0o700 });
  return { folder, home: join(folder, 'vault'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What a dialog of the desktop's takes until it listens. */
const SETTLES_MS = 600;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const nonEmpty = (list) => (list.length > 0 ? list : null);

const environment = (place, extra) => ({
  ...process.env,
  XDG_RUNTIME_DIR: join(place.folder, 'run'),
  XDG_DATA_HOME: join(place.folder, 'data'),
  XDG_CONFIG_HOME: join(place.folder, 'config'),
  XDG_CACHE_HOME: join(place.folder, 'cache'),
  QV_HOME: place.home,
  WEBKIT_DISABLE_DMABUF_RENDERER: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
  NO_AT_BRIDGE: '1',
  GDK_BACKEND: 'x11',
  ...extra,
});

/** A display with a driver on it, on which windows are opened. */
export class Desktop {
  static async start(place, { tauriDriver, extra = {} }) {
    const [port, native] = [await freePort(), await freePort()];
    const driver = `exec ${tauriDriver} --port ${port} --native-port ${native} --native-driver /usr/bin/WebKitWebDriver`;
    const script = `echo "display $DISPLAY $XAUTHORITY $DBUS_SESSION_BUS_ADDRESS"; ${driver}`;
    const screen = ['-a', '-s', '-screen 0 1280x900x24 -nolisten tcp'];
    const child = spawn('xvfb-run', [...screen, 'dbus-run-session', '--', 'sh', '-c', script], {
      env: environment(place, extra),
      detached: true,
      stdio: ['ignore', 'pipe', process.env.QV_WINDOW_LOG ? 'inherit' : 'ignore'],
    });
    const desktop = new Desktop();
    desktop.child = child;
    desktop.url = `http://127.0.0.1:${port}`;
    child.stdout.on('data', (text) => {
      const said = /^display (\S+) (\S+) (\S+)$/m.exec(String(text));
      if (said)
        desktop.env = environment(place, { DISPLAY: said[1], XAUTHORITY: said[2], DBUS_SESSION_BUS_ADDRESS: said[3], ...extra });
    });
    await until(
      () =>
        desktop.env &&
        fetch(`${desktop.url}/status`).then(
          () => true,
          () => false,
        ),
      'the driver',
    );
    return desktop;
  }

  /** Runs a program on this desktop; gives what it printed, or null where it fails. */
  run(command, ...args) {
    const { status, stdout } = spawnSync(command, args, { env: this.env, encoding: 'utf8', timeout: CALL_LIMIT_MS });
    return status === 0 ? stdout.trim() : null;
  }

  /** Ids of the windows in sight with this title. */
  windows(title) {
    return (this.run('xdotool', 'search', '--onlyvisible', '--name', title) ?? '').split('\n').filter(Boolean);
  }

  /** Presses a key in a window, as a person does. */
  press(window, key) {
    this.run('xdotool', 'windowfocus', '--sync', window, 'key', key);
  }

  /** Answers a dialog of the desktop's that asks for a file: its path is typed, as a person does. */
  async answerFile(title, path) {
    const [dialog] = await until(() => nonEmpty(this.windows(title)), `the dialog “${title}”`);
    await pause(SETTLES_MS);
    // One that opens a file shows the field for its path once a slash is typed, and loses what comes meanwhile.
    for (const text of ['/', path]) {
      this.run('xdotool', 'windowfocus', '--sync', dialog, 'key', 'ctrl+a');
      this.run('xdotool', 'type', '--delay', '4', text);
      await pause(SETTLES_MS);
    }
    // The first Return may only take what the field completes to.
    await until(async () => {
      await pause(SETTLES_MS);
      if (this.windows(title).length === 0) return true;
      this.press(dialog, 'Return');
      return false;
    }, `the dialog “${title}” to close`);
  }

  /** Asks a window to close, as its frame's button does. */
  askToClose(window) {
    this.run('python3', new URL('close.py', import.meta.url).pathname, window);
  }

  /** Agrees in a dialog of the desktop's that asks yes or no: Enter alone would decline. */
  async agree(title) {
    const [dialog] = await until(() => nonEmpty(this.windows(title)), `the dialog “${title}”`);
    await until(() => {
      this.press(dialog, 'alt+o');
      return this.windows(title).length === 0;
    }, `the dialog “${title}” to close`);
  }

  /** Writes a picture of a window; the driver's own hangs without a compositor. */
  screenshot(window, file) {
    return this.run('sh', '-c', 'xwd -silent -id "$0" | convert xwd:- "$1"', window, file);
  }

  stop() {
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

/** One run of the program in a window. */
export class Window {
  static async open(desktop, application) {
    const window = new Window();
    window.desktop = desktop;
    window.base = desktop.url;
    const { sessionId } = await window.call('POST', '/session', {
      capabilities: { alwaysMatch: { 'tauri:options': { application } } },
    });
    window.base = `${desktop.url}/session/${sessionId}`;
    return window;
  }

  async call(method, path, body) {
    const response = await fetch(this.base + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  }

  /** Runs a function in the page. */
  run(script, ...args) {
    return this.call('POST', '/execute/sync', { script: `return (${script})(...arguments)`, args });
  }

  /** The element of this role whose accessible name has the text, once it is there and usable. */
  find(role, name, limitMs) {
    return until(() => this.run(String(findByRole), role, name), `a ${role} “${name}”`, limitMs);
  }

  /** Clicks once nothing is in the way: a dialog that is just closing is waited for. */
  async click(role, name, limitMs) {
    this.clicks = (this.clicks ?? 0) + 1;
    await until(
      async () => {
        const element = await this.find(role, name, limitMs);
        return this.call('POST', `/element/${element[ELEMENT]}/click`, {}).then(
          () => true,
          (error) => {
            if (/intercepted|stale/.test(error.message)) return false;
            throw error;
          },
        );
      },
      `a click on the ${role} “${name}”`,
      limitMs,
    );
  }

  async type(name, text, { role = 'textbox', clear = true } = {}) {
    const element = (await this.find(role, name))[ELEMENT];
    if (clear) await this.call('POST', `/element/${element}/clear`, {});
    await this.call('POST', `/element/${element}/value`, { text });
  }

  async choose(name, option) {
    const element = await this.find('combobox', name);
    await this.run(String(chooseOption), element, option);
  }

  press(...keys) {
    const actions = [
      ...keys.map((value) => ({ type: 'keyDown', value })),
      ...keys.toReversed().map((value) => ({ type: 'keyUp', value })),
    ];
    return this.call('POST', '/actions', { actions: [{ type: 'key', id: 'keys', actions }] });
  }

  /** All text of the page. */
  text() {
    return this.run('() => document.body.innerText');
  }

  /** Waits until the page says this. */
  says(text, limitMs) {
    const wanted = text instanceof RegExp ? text : new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return until(async () => wanted.test(await this.text()), `the page to say “${text}”`, limitMs);
  }

  go(path) {
    return this.run('(path) => { location.hash = path }', path);
  }

  close() {
    return this.call('DELETE', '').catch(() => {});
  }
}

/** Runs in the page. */
function findByRole(role, name) {
  const tags = {
    button: 'button,[role=button]',
    link: 'a[href]',
    textbox: 'input:not([type=checkbox]):not([type=radio]),textarea',
    checkbox: 'input[type=checkbox],[role=checkbox]',
    radio: 'input[type=radio]',
    combobox: 'select,[role=combobox]',
    tab: '[role=tab]',
    row: '[role=row]',
    dialog: '[role=dialog],[role=alertdialog],dialog',
    heading: 'h1,h2,h3',
    menuitem: '[role=menuitem]',
  };
  const nameOf = (element) => {
    const label = element.getAttribute('aria-label') ?? '';
    const labels = [...(element.labels ?? [])].map((one) => one.innerText);
    const by = (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.innerText ?? '');
    return [label, ...labels, ...by, element.innerText ?? '', element.placeholder ?? ''].join(' ');
  };
  const wanted = name.toLowerCase();
  const fits = (element) => element.getClientRects().length > 0 && nameOf(element).toLowerCase().includes(wanted);
  const found = [...document.querySelectorAll(tags[role])].filter(fits);
  // The shortest name is the one meant: “Scan” and not “Scans”. One that cannot be used yet is waited for,
  // and one that is further down is scrolled to.
  const [best] = found.sort((a, b) => nameOf(a).trim().length - nameOf(b).trim().length);
  if (!best || best.disabled) return null;
  best.scrollIntoView({ block: 'center' });
  return best;
}

/** Runs in the page. */
function chooseOption(select, option) {
  const found = [...select.options].find((one) => one.label.includes(option) || one.value === option);
  if (!found) throw new Error(`no option ${option}`);
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(select, found.value);
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

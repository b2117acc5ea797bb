// `npm test`: installs the test servers, then runs every check in order and stops at the first that fails.
// The last line sums up the tests that ran: `N passed, N failed`.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_PACKAGES, WINDOW_PACKAGES, cargoDeny, requireNodeModules, requirePackages, requireToolchain, tauriDriver } from './install.mjs';
import { Stop, output, root, run, watch } from './run.mjs';

/** Peers and servers that tests start; a missing one fails its test, never skips it. */
const TEST_PACKAGES = [
  ['chromium', '/usr/bin/chromium'],
  ['dbus', '/usr/bin/dbus-daemon'],
  ['dbus-x11', null],
  ['fonts-dejavu-core', null],
  ['gdb', '/usr/bin/gcore'],
  ['gnome-keyring', '/usr/bin/gnome-keyring-daemon'],
  ['gnutls-bin', '/usr/bin/gnutls-serv'],
  ['imagemagick', '/usr/bin/convert-im6.q16'],
  ['libsecret-tools', '/usr/bin/secret-tool'],
  ['libtss2-tcti-swtpm0', null],
  ['nginx-light', '/usr/sbin/nginx'],
  ['openssl', '/usr/bin/openssl'],
  ['pcscd', '/usr/sbin/pcscd'],
  ['python3-dbusmock', null],
  ['poppler-utils', '/usr/bin/pdftoppm'],
  ['python3-pip', null],
  ['sslscan', '/usr/bin/sslscan'],
  ['swtpm', '/usr/bin/swtpm'],
  ['tpm2-tools', '/usr/bin/tpm2_pcrread'],
  ['vsmartcard-vpcd', '/usr/lib/pcsc/drivers/serial/libifdvpcd.so'],
  ['webkit2gtk-driver', '/usr/bin/WebKitWebDriver'],
  ['x11-apps', '/usr/bin/xwd'],
  ['xauth', '/usr/bin/xauth'],
  ['xdotool', '/usr/bin/xdotool'],
  ['xvfb', '/usr/bin/Xvfb'],
  ['yubico-piv-tool', '/usr/bin/yubico-piv-tool'],
  ['yubikey-manager', '/usr/bin/ykman'],
  ['zbar-tools', '/usr/bin/zbarimg'],
];

const total = { passed: 0, failed: 0 };
const began = Date.now();

/** Closing lines of cargo test, forge test, vitest and our own lanes: how many passed, and how many failed. */
const CLOSING = [
  /^test result: \S+ (?<passed>\d+) passed; (?<failed>\d+) failed/,
  /^Ran \d+ test suites?.*: (?<passed>\d+) tests? passed, (?<failed>\d+) failed/,
  /^\s*Tests\s+(?:(?<failed>\d+) failed \| )?(?<passed>\d+) passed/,
  /^(?<passed>\d+) passed, (?<failed>\d+) failed$/,
  /^# pass (?<passed>\d+)$/,
  /^# fail (?<failed>\d+)$/,
];

/** Adds up the closing lines. */
function count(line) {
  const plain = line.replace(/\x1b\[\d+m/g, '');
  const found = CLOSING.map((closing) => closing.exec(plain)).find(Boolean);
  if (!found) return;
  total.passed += Number(found.groups.passed ?? 0);
  total.failed += Number(found.groups.failed ?? 0);
}

/** The window's page; it is built before the Rust that embeds it. */
async function frontEnd() {
  for (const script of ['web:lint', 'web:test', 'web:build']) await watch('npm', ['run', '--silent', script], count);
}

/** The real program in real windows; `cargo test` has built it, and `qv` beside it. */
async function realWindow() {
  const tests = readdirSync(join(root, 'tests/window/real')).filter((name) => name.endsWith('.test.mjs'));
  const files = tests.map((name) => join('tests/window/real', name));
  await watch(process.execPath, ['--test', '--test-reporter=tap', '--test-concurrency=1', ...files], count, { env: { QV_TAURI_DRIVER: tauriDriver() } });
}

const cargo = (...args) => () => watch('cargo', args, count);

/** Advisories need a database that lives outside the package registries; without it the rest is still checked. */
async function deny() {
  const program = cargoDeny();
  const withDatabase = output(program, ['fetch', 'db'], { timeoutMs: 60_000 }) !== null;
  if (!withDatabase) console.log('NOT CHECKED: advisories (their database cannot be fetched from here)');
  run(program, ['--log-level', 'error', 'check', ...(withDatabase ? [] : ['bans', 'licenses', 'sources'])]);
}

const STEPS = [
  ['install', async () => {
    requireToolchain();
    await requirePackages([...BUILD_PACKAGES, ...WINDOW_PACKAGES, ...TEST_PACKAGES]);
    for (const folder of ['.', 'contracts', 'tests/kit']) {
      if (existsSync(join(root, folder, 'package-lock.json'))) requireNodeModules(folder);
    }
  }],
  ['front end', frontEnd],
  ['window lane', () => watch(process.execPath, ['tests/window/lane.mjs'], count)],
  ['format', cargo('fmt', '--all', '--check')],
  ['lints', cargo('clippy', '--workspace', '--all-targets', '--locked', '--quiet', '--', '-D', 'warnings')],
  ['dependencies', deny],
  ['contracts', () => watch('bash', ['contracts/check.sh'], count)],
  ['tests', cargo('test', '--workspace', '--locked', '--quiet')],
  ['window', realWindow],
  ['documentation', () => watch('cargo', ['doc', '--workspace', '--no-deps', '--document-private-items', '--locked', '--quiet'], () => {}, { env: { RUSTDOCFLAGS: '-D warnings -A rustdoc::private_intra_doc_links' } })],
];

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;

for (const [name, step] of STEPS) {
  const stepBegan = Date.now();
  console.log(`\n== ${name}`);
  try {
    await step();
  } catch (error) {
    console.error(error instanceof Stop ? error.message : error);
    console.log(`== ${name} FAILED after ${seconds(stepBegan)}\n\n${total.passed} passed, ${Math.max(total.failed, 1)} failed`);
    process.exit(1);
  }
  console.log(`== ${name}: ${seconds(stepBegan)}`);
}
console.log(`\nAll checks hold, ${seconds(began)}\n${total.passed} passed, ${total.failed} failed`);

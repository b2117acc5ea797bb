// `npm start [-- TARGET…]`: installs what is missing, builds, and opens the window. Without a display, or with targets, it
// runs the main job in the terminal instead (`qv quickstart`).

import { join, resolve } from 'node:path';
import { BUILD_PACKAGES, WINDOW_PACKAGES, requireNodeModules, requirePackages, requireToolchain } from './install.mjs';
import { fail, handOver, root, run } from './run.mjs';

const ANVIL = join(root, `contracts/node_modules/@foundry-rs/anvil-${process.platform}-${{ x64: 'amd64', arm64: 'arm64' }[process.arch]}/bin/anvil`);
const targets = process.argv.slice(2);
const hasDisplay = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

const built = (name) => join(resolve(root, process.env.CARGO_TARGET_DIR ?? 'target'), 'debug', name);

function build(packageName, program) {
  console.log('Building (a first build takes some minutes)');
  run('cargo', ['build', '--locked', '-p', packageName, '--bin', program, ...(process.stderr.isTTY ? [] : ['--quiet'])]);
  return built(program);
}

async function openWindow() {
  await requirePackages([...BUILD_PACKAGES, ...WINDOW_PACKAGES]);
  requireNodeModules('.');
  run('npm', ['run', '--silent', 'web:build']);
  const program = build('qv-desktop', 'quantumvault');
  console.log('Opening the window');
  handOver(program, []);
}

async function runInTerminal() {
  await requirePackages(BUILD_PACKAGES);
  requireNodeModules('contracts');
  handOver(build('qv-cli', 'qv'), ['quickstart', ...targets], { QV_ANVIL: process.env.QV_ANVIL ?? ANVIL });
}

try {
  requireToolchain();
  await (hasDisplay && targets.length === 0 ? openWindow() : runInTerminal());
} catch (error) {
  fail(error);
}

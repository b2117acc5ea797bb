// `npm start [-- TARGET…]`: installs what is missing, builds, and runs the main job (`qv quickstart`).

import { join, resolve } from 'node:path';
import { BUILD_PACKAGES, requireNodeModules, requirePackages, requireToolchain } from './install.mjs';
import { fail, handOver, root, run } from './run.mjs';

const ANVIL = join(root, `contracts/node_modules/@foundry-rs/anvil-${process.platform}-${{ x64: 'amd64', arm64: 'arm64' }[process.arch]}/bin/anvil`);

try {
  requireToolchain();
  await requirePackages(BUILD_PACKAGES);
  requireNodeModules('contracts');
  console.log('Building (a first build takes some minutes)');
  run('cargo', ['build', '--locked', '--bin', 'qv', ...(process.stderr.isTTY ? [] : ['--quiet'])]);
  const qv = join(resolve(root, process.env.CARGO_TARGET_DIR ?? 'target'), 'debug/qv');
  handOver(qv, ['quickstart', ...process.argv.slice(2)], { QV_ANVIL: process.env.QV_ANVIL ?? ANVIL });
} catch (error) {
  fail(error);
}

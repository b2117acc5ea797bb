// `npm run package`: a .deb and an .rpm with the window, the command `qv`, its manual pages and completions.
// An AppImage is not made: its tools are not in a package registry.

import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BUILD_PACKAGES, WINDOW_PACKAGES, requireNodeModules, requirePackages, requireToolchain } from './install.mjs';
import { Stop, fail, output, root, run } from './run.mjs';

const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
// The bundle's configuration names this place, wherever cargo builds.
const parts = join(root, 'target/package');

/** The command, and what is made from its own definitions. */
function makeParts() {
  rmSync(parts, { recursive: true, force: true });
  mkdirSync(join(parts, 'man'), { recursive: true });
  const qv = join(parts, 'qv');
  copyFileSync(join(target, 'release/qv'), qv);
  run('strip', [qv]);
  chmodSync(qv, 0o755);
  for (const [shell, file] of [['bash', 'qv.bash'], ['zsh', '_qv'], ['fish', 'qv.fish']]) {
    const text = output(qv, ['completions', shell]);
    if (!text) throw new Stop(`qv makes no completions for ${shell}`);
    writeFileSync(join(parts, file), text);
  }
  run(qv, ['man', '--dir', join(parts, 'man')]);
  for (const page of readdirSync(join(parts, 'man'))) run('gzip', ['-9nf', join(parts, 'man', page)]);
}

try {
  requireToolchain();
  await requirePackages([...BUILD_PACKAGES, ...WINDOW_PACKAGES, ['rpm', '/usr/bin/rpm'], ['patchelf', '/usr/bin/patchelf']]);
  requireNodeModules('.');
  console.log('Building (a first release build takes some minutes)');
  run('npm', ['run', '--silent', 'web:build']);
  // Both programs in one build, so that what they share is compiled once.
  run('cargo', ['build', '--release', '--locked', '-p', 'qv-cli', '-p', 'qv-desktop', '--bins']);
  makeParts();
  run('npx', ['tauri', 'bundle', '--bundles', 'deb,rpm'], { env: { CARGO_TARGET_DIR: target } });
  const made = ['deb', 'rpm'].flatMap((kind) => {
    const folder = join(target, 'release/bundle', kind);
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(`.${kind}`)).map((name) => join(folder, name)) : [];
  });
  if (made.length < 2) throw new Stop('not both packages were made');
  console.log(`\nMade:\n${made.map((file) => `  ${file}`).join('\n')}`);
} catch (error) {
  fail(error);
}

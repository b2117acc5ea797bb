// What the lane looks at: every screen that the rail leads to, and what has no place in it.

import { readFileSync } from 'node:fs';

const SIZES = [
  { width: 1100, height: 720 },
  { width: 900, height: 600 },
];

/** Every light in every size. */
export const LOOKS = ['light', 'dark'].flatMap((theme) => SIZES.map((size) => ({ theme, size })));

/** Worlds that every screen is looked at in; src/api/mock/worlds.ts says what they are. */
const WORLDS = ['open', 'empty', 'broken', 'many'];

const QUESTIONS = [
  'passphrase',
  'new_passphrase',
  'tpm_pin',
  'new_tpm_pin',
  'yubikey_pin',
  'share',
  'share_back',
  'shares_ready',
  'wallet_signature',
  'at_wallet',
  'at_yubikey',
  'at_keyring',
  'losses',
];

/**
 * Every view: its name, the world it is in, and its path in the window.
 * `step` is done before it is looked at, the buttons in `clicks` are pressed, and `radio` is chosen.
 */
export function views() {
  const screens = screenPaths().flatMap((path) => [
    ...WORLDS.map((world) => ({ name: path.slice(1), world, path })),
    { name: path.slice(1), world: 'open', path, step: 'row' },
  ]);
  return [
    ...screens,
    { name: 'gallery', world: 'open', path: '/gallery' },
    { name: 'onboarding', world: 'new', path: '/' },
    { name: 'lock', world: 'locked', path: '/overview' },
    { name: 'readable', world: 'readable', path: '/assets' },
    { name: 'audit-verify', world: 'open', path: '/audit', clicks: ['Verify'] },
    { name: 'audit-checkpoint', world: 'open', path: '/audit', clicks: ['Checkpoint', 'Sign a checkpoint now'] },
    { name: 'audit-compare', world: 'open', path: '/audit', clicks: ['Checkpoint', 'Compare with a saved checkpoint…'] },
    { name: 'activity-stop', world: 'open', path: '/activity', step: 'row', clicks: ['Stop…'] },
    { name: 'custody-add', world: 'open', path: '/custody', clicks: ['Add a way in'] },
    { name: 'custody-parts', world: 'open', path: '/custody', clicks: ['Add a way in'], radio: 'Any so many of several' },
    { name: 'custody-shares', world: 'open', path: '/custody', clicks: ['New recovery set'] },
    { name: 'custody-drill', world: 'open', path: '/custody', clicks: ['Loss drill', 'Prove it'] },
    { name: 'custody-machine', world: 'open', path: '/custody', clicks: ['Devices'] },
    { name: 'custody-key', world: 'open', path: '/custody', clicks: ['Locking and key'] },
    { name: 'custody-rotate', world: 'open', path: '/custody', clicks: ['Locking and key', 'Rotate it'] },
    { name: 'custody-leak', world: 'open', path: '/custody', clicks: ['Locking and key', 'It may have leaked'] },
    { name: 'custody-remove', world: 'open', path: '/custody', step: 'row', clicks: ['Remove'] },
    { name: 'palette', world: 'open', path: '/overview', step: 'palette' },
    ...QUESTIONS.map((kind) => ({ name: `question-${kind}`, world: 'open', path: '/overview', question: kind })),
  ];
}

function screenPaths() {
  const source = readFileSync(new URL('../../../src/routes/screens.ts', import.meta.url), 'utf8');
  const paths = [...source.matchAll(/path: '(\/[a-z-]+)'/g)].map((found) => found[1]);
  if (paths.length < 10) throw new Error(`src/routes/screens.ts is read wrongly: ${paths.length} screens`);
  return paths;
}

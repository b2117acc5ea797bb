import { expect, it } from 'vitest';
import type { KeptCheckpoint } from '@/api/bindings';
import source from '../../../crates/qv-audit/src/event.rs?raw';
import { ACTIONS, actionWord, factText, standingText, thingOf } from './words';

/** The words that a table of the core is written with. */
function wordsOf(table: string): string[] {
  const [, body = ''] = new RegExp(`\\n    ${table} \\([^\\n]*\\{(.*?)\\n    \\}`, 's').exec(source) ?? [];
  return [...body.matchAll(/= "([A-Z_]+)"/g)].map((found) => found[1] ?? '');
}

it('every action of the log has words, and no other', () => {
  const known = Object.values(ACTIONS).flatMap((actions) => Object.keys(actions));
  expect(wordsOf('Action').length).toBeGreaterThan(40);
  expect(known.toSorted()).toEqual(wordsOf('Action').toSorted());
});

it('everything that an event can be about has words', () => {
  const types = wordsOf('EntityType');
  expect(types.length).toBeGreaterThan(10);
  for (const type of types) expect(thingOf(type).word, type).not.toContain('_');
  expect(thingOf('ATTESTATION_JOB').word).toBe('Batch of attestations');
});

it('an action that is newer than the window is still told', () => {
  expect(actionWord('WALLET_ADDED')).toBe('Wallet added');
  expect(actionWord('constructor')).toBe('Constructor');
});

it('facts are shown as they were written, but for words of the core', () => {
  expect(factText('label', 'SALES_KEY')).toBe('SALES_KEY');
  expect(factText('to', 'WAITING_UNLOCK')).toBe('Waiting unlock');
  expect(factText('tags', ['a', 'b'])).toBe('a, b');
});

it('a checkpoint that was kept is told apart by how it stands to the log', () => {
  const kept = (standing: KeptCheckpoint['standing'], size: number | null = 8) => standingText({ standing, size, note: '' }, 9);
  expect(kept('consistent')).toBe('Its 8 events are the first of this log, unchanged. One event was added since.');
  expect(kept('consistent', 9)).toContain('No events were added since.');
  const all = (['consistent', 'rewritten', 'ahead', 'bad_signature', 'not_checked'] as const).map((one) => kept(one));
  expect(new Set(all).size).toBe(5);
});

it('a thing is opened as its screen reads the address', () => {
  expect(thingOf('SCAN')).toMatchObject({ path: '/scans', openedAs: 'scan' });
  expect(thingOf('JOB')).toMatchObject({ path: '/activity', openedAs: 'open' });
  expect(thingOf('VAULT').openedAs).toBeUndefined();
});

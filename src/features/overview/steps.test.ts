import { expect, it } from 'vitest';
import CORE from '../../../crates/qv-app/src/risk.rs?raw';
import { counted, deedOf, withoutCommands } from './steps';

it('has a deed for every step that the core can name', () => {
  const commands = [...CORE.matchAll(/"(qv [^"]+)"/g)].map((match) => match[1] ?? '');
  expect(commands.length).toBeGreaterThanOrEqual(9);
  for (const command of commands) expect(deedOf({ what: '', command }), command).toBeDefined();
});

it('leads to the policy that the step names', () => {
  expect(deedOf({ what: '', command: 'qv policies apply 42' })).toMatchObject({ goTo: '/policies', search: { open: '42' } });
  expect(deedOf({ what: '', command: 'qv unheard of' })).toBeUndefined();
});

it('tells nobody to type a command', () => {
  expect(withoutCommands('add a second one with `qv slots add`, so that losing it loses nothing')).toBe(
    'add a second one, so that losing it loses nothing',
  );
});

it('counts as people write', () => {
  expect(counted('9408 asset(s) that fail')).toBe('9,408 assets that fail');
  expect(counted('1 wrapped asset(s) are')).toBe('1 wrapped asset(s) are');
});

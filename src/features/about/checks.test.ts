import { expect, it } from 'vitest';
import type { Check } from '@/api/bindings';
import DOCTOR from '../../../crates/qv-app/src/doctor.rs?raw';
import { asText, byUrgency, nameOf } from './checks';

const check = (name: string, health: Check['health']): Check => ({ name, health, finding: `about ${name}`, remedy: null });

it('has a name for people for every check', () => {
  const names = [...DOCTOR.matchAll(/Check::new\(\s*"([a-z-]+)"/g)].map((match) => match[1] ?? '');
  expect(names).toContain('chain');
  for (const name of names) expect(nameOf({ name }), name).not.toBe(name);
});

it('tells what stands in the way first', () => {
  const checks = [check('vault', 'ready'), check('chain', 'missing'), check('tpm', 'problem')];
  expect(byUrgency(checks).map((one) => one.name)).toEqual(['tpm', 'chain', 'vault']);
});

it('gives all of it as text', () => {
  expect(asText([{ ...check('tpm', 'problem'), remedy: 'Join the group tss' }], '1.0')).toBe(
    'QuantumVault 1.0\nTPM of this machine: Problem – about tpm (Join the group tss)',
  );
});

import { expect, test } from 'vitest';
import { factorsInWords, factorsOf } from '@/features/vault/factors';
import { inWords } from './words';

const ID = '0192f0c4-7a10-7000-8000-000000000001';

test('the core’s sentences name no command and no id', () => {
  expect(
    inWords('tpm+wallet is the only way into the vault: add a second one with `qv slots add`, so that losing it loses nothing'),
  ).toBe(
    'This machine’s TPM and a wallet signature is the only way into the vault: add a second one, so that losing it loses nothing.',
  );
  expect(inWords(`slot ${ID} (2 of (wallet, shares)) would fall to a quantum attacker who has the database`)).toBe(
    'Any 2 of: a wallet signature, recovery shares would fall to a quantum attacker who has the database.',
  );
});

test('factors of a threshold are told in its groups', () => {
  expect(factorsInWords('2 of (tpm+passphrase, shares)')).toBe('Any 2 of: this machine’s TPM and a passphrase, recovery shares');
  expect(factorsOf('2 of (tpm+passphrase, shares)')).toEqual(['tpm', 'passphrase', 'shares']);
  expect(factorsInWords('<img src=x>')).toBe('<img src=x>');
});

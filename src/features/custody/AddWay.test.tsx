import { QueryClientProvider } from '@tanstack/react-query';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import type { Advice, Suggestion } from '@/api/bindings';
import { client } from '@/api/client';
import { AddWay, type Start } from './AddWay';

const way = (plan: Suggestion['plan'], classical: boolean): Suggestion => ({
  plan,
  factors: plan.join('+'),
  recommended: false,
  attacker: 'the vault’s file',
  classical,
  quantum: classical ? 'yes' : 'no',
});

const key = (serial: number) => ({ serial, firmware: '5.7.1', reader: 'Yubico' });

const ADVICE: Advice = {
  hardware: { checks: [], yubikeys: [key(1), key(2)], factors: ['tpm', 'yubikey-piv', 'passphrase', 'wallet', 'shares'] },
  classical: ['yubikey-piv', 'wallet'],
  ways: [way(['wallet'], true), way(['yubikey-piv', 'passphrase'], false)],
};

/** The dialog; gives what it had the core add. */
function shown(start: Start) {
  const added: unknown[] = [];
  client.clear();
  mockIPC((command, payload) => {
    if (command === 'slots_advice') return ADVICE;
    if (command === 'slots_add') added.push((payload as { wanted: unknown }).wanted);
    return { label: 'new' };
  });
  render(
    <QueryClientProvider client={client}>
      <AddWay start={start} onClose={() => {}} />
    </QueryClientProvider>,
  );
  return { added, user: userEvent.setup() };
}

const NOTHING = { any: null, label: null, accept_classical: false, tpm_pin: false, yubikey_serial: null, shares: null };
const add = () => screen.getByRole('button', { name: 'Add it' });

afterEach(clearMocks);

test('a way that falls to a quantum computer is added only where that is accepted', async () => {
  const { added, user } = shown('way');
  await user.click(await screen.findByRole('radio', { name: /A wallet signature/ }));
  expect(add()).toHaveProperty('disabled', true);
  await user.click(screen.getByRole('checkbox', { name: 'I accept that' }));
  await user.click(add());
  expect(added).toEqual([{ ...NOTHING, factors: ['wallet'], accept_classical: true }]);
});

test('what was accepted of one way is not accepted of another', async () => {
  const { added, user } = shown('way');
  await user.click(await screen.findByRole('radio', { name: /A wallet signature/ }));
  await user.click(screen.getByRole('checkbox', { name: 'I accept that' }));
  await user.click(screen.getByRole('radio', { name: /A YubiKey/ }));
  expect(add()).toHaveProperty('disabled', true);
  await user.selectOptions(screen.getByLabelText('Which YubiKey'), '2');
  await user.click(add());
  expect(added).toEqual([{ ...NOTHING, factors: ['yubikey-piv', 'passphrase'], yubikey_serial: 2 }]);
});

test('a recovery set is made of the scheme that was chosen', async () => {
  const { added, user } = shown('shares');
  await user.selectOptions(screen.getByLabelText('Shares in all'), '5');
  await user.selectOptions(screen.getByLabelText('Needed to open'), '3');
  await user.type(screen.getByLabelText('Name'), 'in the safe');
  await user.click(screen.getByRole('button', { name: 'Make the shares' }));
  expect(added).toEqual([{ ...NOTHING, factors: ['shares'], label: 'in the safe', shares: { needed: 3, total: 5 } }]);
});

const part = (number: number) => within(screen.getByRole('group', { name: `Part ${number}` }));

test('any so many of several parts, in which nothing stands twice', async () => {
  const { added, user } = shown('way');
  await user.click(await screen.findByRole('radio', { name: /Any so many of several/ }));
  expect(add()).toHaveProperty('disabled', true);
  await user.click(part(1).getByRole('button', { name: /TPM/ }));
  await user.click(part(1).getByRole('button', { name: /passphrase/ }));
  expect(part(2).queryByRole('button', { name: /TPM/ })).toBeNull();
  expect(add()).toHaveProperty('disabled', true);
  await user.click(part(2).getByRole('button', { name: /wallet/ }));
  await user.click(screen.getByRole('button', { name: 'Another part' }));
  expect(add()).toHaveProperty('disabled', true);
  await user.click(part(3).getByRole('button', { name: /shares/ }));
  await user.selectOptions(screen.getByLabelText('Shares in all'), '4');
  await user.click(screen.getByRole('checkbox', { name: /asks for a PIN/ }));
  await user.click(add());
  expect(added).toEqual([
    { ...NOTHING, factors: ['tpm+passphrase', 'wallet', 'shares'], any: 2, tpm_pin: true, shares: { needed: 2, total: 4 } },
  ]);
});

test('parts of which enough fall to a quantum computer are accepted by name, and anew where they change', async () => {
  const { added, user } = shown('way');
  await user.click(await screen.findByRole('radio', { name: /Any so many of several/ }));
  await user.click(part(1).getByRole('button', { name: /wallet/ }));
  await user.click(part(2).getByRole('button', { name: /YubiKey/ }));
  await user.selectOptions(screen.getByLabelText('Which YubiKey'), '1');
  await user.click(screen.getByRole('checkbox', { name: 'I accept that' }));
  expect(add()).toHaveProperty('disabled', false);
  await user.click(screen.getByRole('button', { name: 'Another part' }));
  await user.click(part(3).getByRole('button', { name: /passphrase/ }));
  expect(screen.getByRole('checkbox', { name: 'I accept that' })).toHaveProperty('checked', false);
  await user.selectOptions(screen.getByLabelText('Parts needed to open'), '3');
  expect(screen.queryByRole('checkbox', { name: 'I accept that' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Take part 3 out' }));
  expect(add()).toHaveProperty('disabled', true);
  await user.click(screen.getByRole('checkbox', { name: 'I accept that' }));
  await user.click(add());
  expect(added).toEqual([{ ...NOTHING, factors: ['wallet', 'yubikey-piv'], any: 2, accept_classical: true, yubikey_serial: 1 }]);
});

import { QueryClientProvider } from '@tanstack/react-query';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import type { Rotated, SlotDetails } from '@/api/bindings';
import { client } from '@/api/client';
import { fateInWords } from './fates';
import { RotateDialog, type Why } from './RotateDialog';

const slot = (label: string, factors: string, here: boolean): SlotDetails => ({
  id: label,
  label,
  factors,
  classical: false,
  created_at: '2026-11-01T09:00:00.000Z',
  quantum: 'no',
  here,
  missing: [],
});

const DONE: Rotated = { slots: 1, records: 12, envelopes: 3, refused: 0, removed: ['the spare'] };

function shown(why: Why) {
  const asked: unknown[] = [];
  client.clear();
  mockIPC((command, payload) => {
    if (command === 'slots_list') return [slot('desk', 'tpm+passphrase', true), slot('the spare', 'yubikey-piv', false)];
    if (command === 'vault_rotate') asked.push(payload);
    return DONE;
  });
  render(
    <QueryClientProvider client={client}>
      <RotateDialog why={why} onClose={() => {}} />
    </QueryClientProvider>,
  );
  return { asked, user: userEvent.setup() };
}

afterEach(clearMocks);

test('after a leak it is said what becomes of each way in, and confirmed by typing', async () => {
  const { asked, user } = shown('leak');
  expect(await screen.findByText(/The TPM seals a new secret; you choose a new passphrase/)).toBeTruthy();
  expect(screen.getByText(/not here now: without it, this way in will be gone/)).toBeTruthy();
  const replace = screen.getByRole('button', { name: 'Replace it' });
  expect(replace).toHaveProperty('disabled', true);
  await user.type(screen.getByLabelText(/to confirm/), 'replace');
  await user.click(replace);
  expect(asked).toEqual([{ afterLeak: true }]);
  expect(await screen.findByText(/1 way in and 12 records are/)).toBeTruthy();
  expect(screen.getByText('the spare')).toBeTruthy();
});

test('the routine keeps every way in, and says so', async () => {
  const { asked, user } = shown('routine');
  expect(screen.getByText(/All ways in keep working/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Rotate it' }));
  expect(asked).toEqual([{ afterLeak: false }]);
});

test('a threshold is told by all of its factors', () => {
  const told = fateInWords({ factors: '2 of (tpm+wallet, shares)', here: true });
  expect(told).toBe(
    'The TPM seals a new secret; the wallet signs twice in the browser; you get a new set of shares, and the old one opens nothing any more.',
  );
});

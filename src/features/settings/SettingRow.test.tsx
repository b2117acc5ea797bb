import { QueryClientProvider } from '@tanstack/react-query';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import type { Setting, Value } from '@/api/bindings';
import { client } from '@/api/client';
import { ToastProvider } from '@/components/Toast';
import { SettingRow } from './SettingRow';

const IDLE: Setting = {
  key: 'session.idle_minutes',
  type: 'number',
  min: 1,
  max: 1440,
  default: 15,
  meaning: 'Locks the vault after so many minutes without use.',
};
const NODE: Setting = { key: 'chain.rpc_url', type: 'text', default: null, meaning: 'The address of the node.' };

/** The row over a core that refuses 0; gives what it was asked. */
function shown(setting: Setting, value: Value) {
  const asked: [string, unknown][] = [];
  mockIPC((command, payload) => {
    asked.push([command, payload]);
    if ((payload as { value?: string }).value === '0')
      throw { code: 'invalid_input', message: 'session.idle_minutes is `0`; it must be 1 to 1440', request: '1' };
    return {};
  });
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <SettingRow setting={setting} value={value} />
      </ToastProvider>
    </QueryClientProvider>,
  );
  return { asked, user: userEvent.setup() };
}

afterEach(clearMocks);

test('a number is written on Enter, once, and can be taken back', async () => {
  const { asked, user } = shown(IDLE, 30);
  const field = screen.getByLabelText('Idle minutes');
  await user.clear(field);
  await user.type(field, '45{Enter}');
  await user.tab();
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(asked).toEqual([
    ['config_set', { key: IDLE.key, value: '45' }],
    ['config_set', { key: IDLE.key, value: '30' }],
  ]);
});

test('what the core refuses is told at the field, in the words of the screen', async () => {
  const { user } = shown(IDLE, 15);
  const field = screen.getByLabelText('Idle minutes');
  await user.clear(field);
  await user.type(field, '0{Enter}');
  expect((await screen.findByRole('alert')).textContent).toBe('Idle minutes is “0”. It must be 1 to 1440.');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});

test('reset takes the setting out of the file', async () => {
  const { asked, user } = shown(IDLE, 30);
  await user.click(screen.getByRole('button', { name: 'Reset Idle minutes to its default' }));
  expect(asked).toEqual([['config_unset', { key: IDLE.key }]]);
});

test('an address that is shown without its key is never written back', async () => {
  const { asked, user } = shown(NODE, 'https://node.example.org/…');
  const field = screen.getByLabelText('RPC address');
  expect((field as HTMLInputElement).value).toBe('');
  await user.click(field);
  await user.tab();
  expect(asked).toEqual([]);
  await user.type(field, 'https://other.example.org/key{Enter}');
  await screen.findByText('RPC address was changed.');
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});

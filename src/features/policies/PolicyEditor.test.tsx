import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { NewPolicy, PolicyEdit, PolicyView } from '@/api/bindings';
import { UNCHANGED } from '@/api/policies';
import { InRouter } from '@/routes/InRouter';
import { PolicyEditor } from './PolicyEditor';

const REPORT = { policy: 'preview', in_scope: 12, out_of_policy: 5, eligible: 0, changed: UNCHANGED, changes: [] };

const POLICY: PolicyView = {
  id: 'p1',
  name: 'payments',
  description: null,
  scope_type: 'ALL_ASSETS',
  scope_definition: {},
  required_pqc_algorithms: {},
  transition_strategy: 'HYBRID',
  enforcement_mode: 'ENFORCE',
  is_active: true,
  assets_in_scope: 12,
  coverage_percent: 100,
  non_compliant: 4,
  wrapped: 0,
  last_evaluated_at: null,
  updated_at: '2026-11-25T09:00:00.000Z',
};

/** The editor over a core that refuses requirements that are not `{}`-like, as it would say it. */
function edit(refused?: string) {
  const added: NewPolicy[] = [];
  mockIPC((command, payload) => {
    const { wanted } = (payload ?? {}) as { wanted?: NewPolicy };
    if (command === 'policies_preview') {
      if (refused && wanted?.required.includes(refused)) {
        throw { code: 'invalid_input', message: `the required algorithms are wrong: no \`${refused}\``, request: '1' };
      }
      return [REPORT];
    }
    if (command === 'policies_add' && wanted) added.push(wanted);
    return command === 'config_show' ? {} : { id: 'new', name: wanted?.name };
  });
  const onClose = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <InRouter>
        <PolicyEditor policy={null} onClose={onClose} />
      </InRouter>
    </QueryClientProvider>,
  );
  return { added, onClose };
}

const json = (label: string) => screen.getByLabelText<HTMLTextAreaElement>(label);

const chip = (name: string) => screen.getByText(name, { selector: 'button' });

afterEach(() => {
  cleanup();
  clearMocks();
});

test('what is chosen is in the JSON', async () => {
  edit();
  await userEvent.selectOptions(screen.getByLabelText('Assets'), 'BY_ENVIRONMENT');
  await userEvent.click(chip('Staging'));
  expect(JSON.parse(json('Scope as JSON').value)).toEqual({ environment: ['PROD', 'STAGE'] });
});

test('what the JSON says is chosen', () => {
  edit();
  fireEvent.change(json('Requirements as JSON'), { target: { value: '{"kem": ["ML-KEM-768"]}' } });
  expect(chip('ML-KEM-768')).toHaveAttribute('aria-pressed', 'true');
  expect(chip('ML-KEM-1024')).toHaveAttribute('aria-pressed', 'false');
});

test('what the policy would find is told before it is saved', async () => {
  const { added } = edit();
  expect(await screen.findByText('12 assets')).toBeVisible();
  expect(added).toEqual([]);
});

test('what the core refuses is told at its field', async () => {
  edit('MD5');
  fireEvent.change(json('Requirements as JSON'), { target: { value: '{"kem": ["MD5"]}' } });
  expect(await screen.findByText('The required algorithms are wrong: no `MD5`.')).toBeVisible();
  expect(json('Requirements as JSON')).toHaveAttribute('aria-invalid', 'true');
  expect(json('Scope as JSON')).not.toHaveAttribute('aria-invalid');
});

test('a policy is made as it was written', async () => {
  const { added, onClose } = edit();
  await userEvent.type(screen.getByLabelText('Name'), 'payments');
  await userEvent.click(chip('ML-KEM-1024'));
  await userEvent.click(screen.getByRole('button', { name: 'Make the policy' }));
  await vi.waitFor(() => expect(onClose).toHaveBeenCalledWith('new'));
  expect(added).toEqual([expect.objectContaining({ name: 'payments', scope_type: 'ALL_ASSETS', mode: 'MONITOR_ONLY' })]);
  expect(JSON.parse(added[0]?.required ?? '')).toEqual({ kem: ['ML-KEM-1024'] });
});

test('an edit that is not saved lists the assets that it would change', async () => {
  const asked: PolicyEdit[] = [];
  const change = (asset_id: string, before: string, after: string) => ({
    asset_id,
    location: `${asset_id}.example`,
    before,
    after,
    why: 'w',
  });
  mockIPC((command, payload) => {
    if (command !== 'policies_preview_change') return {};
    const { name, edit } = payload as { name: string; edit: PolicyEdit };
    expect(name).toBe('p1');
    asked.push(edit);
    const changes = [change('web', 'compliant', 'out of policy'), change('db', 'out of policy', 'compliant')];
    const changed = { ...UNCHANGED, begin_to_fail: 1_200, begin_to_comply: 1 };
    return [{ ...REPORT, eligible: 3, changed, changes }];
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <InRouter>
        <PolicyEditor policy={POLICY} onClose={vi.fn()} />
      </InRouter>
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByRole('radio', { name: /Post-quantum only/ }));
  await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ strategy: 'PQC_ONLY' }));
  expect(asked.at(-1)).not.toHaveProperty('name');
  expect(screen.getByText(/3 of these could be wrapped/)).toBeVisible();
  expect(screen.getByText('Would change: 1,200 that met it fail, 1 that failed meet it.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Show the changes' }));
  const failing = screen.getByRole('region', { name: 'Met it, and fail' });
  expect(failing).toHaveTextContent('1,200the first 1web.example');
  expect(screen.getByRole('region', { name: 'Failed, and meet it' })).toHaveTextContent('db.example');
});

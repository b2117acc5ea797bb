import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from '@tanstack/react-router';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useCreateAnchor } from '@/api/anchors';
import type { NewAnchor } from '@/api/bindings';
import { client } from '@/api/client';
import { EnvironmentSwitcher } from './EnvironmentSwitcher';
import { useGoTo } from './useView';

// jsdom has nothing to scroll.
vi.stubGlobal('scrollTo', () => {});
beforeEach(() => {
  localStorage.clear();
  client.clear();
});
afterEach(clearMocks);

const ANSWERS: Record<string, unknown> = {
  assets_count: {
    environments: [
      { value: 'DEV', assets: 3 },
      { value: 'PROD', assets: 1 },
      { value: 'OTHER', assets: 0 },
    ],
  },
  anchors_list: [{ environment: 'STAGE' }],
  targets_list: [],
};

function Bar() {
  const goTo = useGoTo();
  const { mutate: create } = useCreateAnchor();
  return (
    <>
      <EnvironmentSwitcher />
      {['/assets', '/custody', '/scans'].map((path) => (
        <button key={path} type="button" onClick={() => goTo(path)}>
          to {path}
        </button>
      ))}
      <button type="button" onClick={() => goTo('/assets', { scan: 'x' })}>
        to what a scan saw
      </button>
      <button type="button" onClick={() => create({ name: 'main', environment: 'OTHER' } as NewAnchor)}>
        make an anchor
      </button>
      <Outlet />
    </>
  );
}

async function at(address: string) {
  mockIPC((command) => ANSWERS[command]);
  const root = createRootRoute({ component: Bar });
  const paths = ['/assets', '/custody', '/scans'].map((path) => createRoute({ getParentRoute: () => root, path }));
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createRouter({ routeTree: root.addChildren(paths), history });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole('combobox', { name: 'Environment' });
  return history;
}

const press = (name: string | RegExp) => userEvent.click(screen.getByRole('button', { name }));
const switcher = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Environment' });
const says = () => switcher().selectedOptions[0]?.label;
const choose = async (name: string) => {
  await screen.findByRole('option', { name });
  await userEvent.selectOptions(switcher(), name);
};

it('offers the environments that something lies in, and puts the chosen one into the address', async () => {
  const history = await at('/assets?q=mail&open=a');
  await choose('Development');
  const offered = screen.getAllByRole('option').map((option) => option.textContent);
  expect(offered).toEqual(['All environments', 'Production', 'Staging', 'Development']);
  expect(Object.fromEntries(new URLSearchParams(history.location.search))).toEqual({ q: 'mail', env: '["DEV"]' });
  expect(says()).toBe('Development');
});

it('offers another environment as soon as its first anchor is made', async () => {
  await at('/assets');
  await screen.findByRole('option', { name: 'Staging' });
  expect(screen.queryByRole('option', { name: 'Other' })).toBeNull();
  mockIPC((command) => (command === 'anchors_list' ? [{ environment: 'OTHER' }] : ANSWERS[command]));
  await press('make an anchor');
  expect(await screen.findByRole('option', { name: 'Other' })).toBeVisible();
});

it('goes back to all by one click, and by Back to what was', async () => {
  const history = await at('/assets?env=PROD');
  expect(says()).toBe('Production');
  await press('Show all environments');
  expect(history.location.search).toBe('');
  history.back();
  await expect.poll(says).toBe('Production');
});

it('is remembered where a list is gone to, and asked of nothing else', async () => {
  const history = await at('/assets');
  await choose('Production');
  await press('to /custody');
  expect(history.location.href).toBe('/custody');
  expect(says()).toBe('All environments');
  expect(switcher()).toBeDisabled();
  await press('to what a scan saw');
  expect(history.location.href).toBe('/assets?scan=x');
  expect(says()).toBe('All environments');
  await press('to /assets');
  expect(says()).toBe('Production');
  await press('Show all environments');
  await press('to /custody');
  await press('to /assets');
  expect(history.location.href).toBe('/assets');
});

it('narrows the saved targets among the scans, and no scan', async () => {
  await at('/scans?part=targets&env=DEV');
  expect(says()).toBe('Development');
  await press('to /scans');
  expect(says()).toBe('All environments');
});

it('says so where an address names several, and still offers each', async () => {
  const history = await at(`/assets?env=${encodeURIComponent('["PROD","DEV"]')}`);
  expect(says()).toBe('Production, Development');
  await choose('Staging');
  expect(new URLSearchParams(history.location.search).get('env')).toBe('["STAGE"]');
});

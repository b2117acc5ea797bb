import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from '@tanstack/react-router';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EnvironmentSwitcher } from './EnvironmentSwitcher';
import { useGoTo } from './useView';

// jsdom has nothing to scroll.
vi.stubGlobal('scrollTo', () => {});
beforeEach(() => localStorage.clear());
afterEach(clearMocks);

const ANSWERS: Record<string, unknown> = {
  assets_count: {
    environments: [
      { value: 'DEV', assets: 3 },
      { value: 'PROD', assets: 1 },
    ],
  },
  anchors_list: [{ environment: 'STAGE' }],
  targets_list: [],
};

function Bar() {
  const goTo = useGoTo();
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
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole('button', { name: /^Environment: / });
  return history;
}

const press = (name: string | RegExp) => userEvent.click(screen.getByRole('button', { name }));
const says = () => screen.getByRole('button', { name: /^Environment: / }).getAttribute('aria-label');
const choose = async (name: RegExp) => {
  await press(/^Environment: /);
  await userEvent.click(await screen.findByRole('menuitemcheckbox', { name }));
};

it('offers the environments that something lies in, and puts the chosen one into the address', async () => {
  const history = await at('/assets?q=mail&open=a');
  await press(/^Environment: /);
  await screen.findByRole('menuitemcheckbox', { name: /Staging/ });
  const offered = screen.getAllByRole('menuitemcheckbox').map((item) => item.textContent?.replace('✓', ''));
  expect(offered).toEqual(['All environments', 'Production1 asset', 'Staging0 assets', 'Development3 assets']);
  await userEvent.click(screen.getByRole('menuitemcheckbox', { name: /Development/ }));
  expect(Object.fromEntries(new URLSearchParams(history.location.search))).toEqual({ q: 'mail', env: '["DEV"]' });
  expect(says()).toBe('Environment: Development');
});

it('goes back to all by one click, and by Back to what was', async () => {
  const history = await at('/assets?env=PROD');
  expect(says()).toBe('Environment: Production');
  await press('Show all environments');
  expect(history.location.search).toBe('');
  history.back();
  await expect.poll(says).toBe('Environment: Production');
});

it('is remembered where a list is gone to, and asked of nothing else', async () => {
  const history = await at('/assets');
  await choose(/Production/);
  await press('to /custody');
  expect(history.location.href).toBe('/custody');
  expect(says()).toBe('Environment: All environments');
  expect(screen.getByRole('button', { name: /^Environment: / })).toHaveProperty('disabled', true);
  await press('to what a scan saw');
  expect(history.location.href).toBe('/assets?scan=x');
  expect(says()).toBe('Environment: All environments');
  await press('to /assets');
  expect(says()).toBe('Environment: Production');
  await press('Show all environments');
  await press('to /custody');
  await press('to /assets');
  expect(history.location.href).toBe('/assets');
});

it('narrows the saved targets among the scans, and no scan', async () => {
  await at('/scans?part=targets&env=DEV');
  expect(says()).toBe('Environment: Development');
  await press('to /scans');
  expect(says()).toBe('Environment: All environments');
});

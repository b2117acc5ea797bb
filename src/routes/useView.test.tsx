import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { useGoTo, useView } from './useView';

function Screen() {
  const view = useView();
  const goTo = useGoTo();
  return (
    <>
      <output>{JSON.stringify({ q: view.text('q'), level: view.list('level'), open: view.text('open') })}</output>
      <button type="button" onClick={() => view.set({ level: ['HIGH', 'LOW'] })}>
        filter
      </button>
      <button type="button" onClick={() => view.set({ level: [], q: '' })}>
        clear
      </button>
      <button type="button" onClick={() => view.set({ open: 'b' }, { replace: true })}>
        walk
      </button>
      <button type="button" onClick={() => goTo('/other', { open: 'x' })}>
        go
      </button>
    </>
  );
}

// jsdom has nothing to scroll.
vi.stubGlobal('scrollTo', () => {});

async function at(address: string) {
  const root = createRootRoute();
  const paths = ['/assets', '/other'].map((path) => createRoute({ getParentRoute: () => root, path, component: Screen }));
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createRouter({ routeTree: root.addChildren(paths), history });
  render(<RouterProvider router={router as never} />);
  await screen.findByRole('status');
  return { history, says: () => JSON.parse(screen.getByRole('status').textContent ?? '') };
}

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));

it('reads a view from the address', async () => {
  const { says } = await at('/assets?q=mail&level=HIGH&open=a');
  expect(says()).toEqual({ q: 'mail', level: ['HIGH'], open: 'a' });
});

it('writes filters into the address and keeps the rest, so that Back works', async () => {
  const { history, says } = await at('/assets?q=mail');
  await press('filter');
  expect(says()).toEqual({ q: 'mail', level: ['HIGH', 'LOW'] });
  expect(history.location.pathname).toBe('/assets');
  history.back();
  await expect.poll(says).toEqual({ q: 'mail', level: [] });
});

it('leaves out of the address what says nothing', async () => {
  const { history } = await at('/assets?q=mail&level=HIGH&open=a');
  await press('clear');
  expect(history.location.search).toBe('?open=a');
});

it('walks through rows without leaving each of them in the history', async () => {
  const { history } = await at('/assets?open=a');
  const before = history.length;
  await press('walk');
  expect(history.location.search).toBe('?open=b');
  expect(history.length).toBe(before);
});

it('goes to a view of another screen', async () => {
  const { history } = await at('/assets?q=mail');
  await press('go');
  expect(history.location.pathname).toBe('/other');
  expect(history.location.search).toBe('?open=x');
});

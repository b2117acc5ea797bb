import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from '@tanstack/react-router';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Dialog } from '@/components/Dialog';
import { ToastProvider } from '@/components/Toast';
import { lostNow } from './drafts';
import { useTellOfLoss } from './useTellOfLoss';
import { useUnsaved } from './useUnsaved';
import { useGoTo } from './useView';

// jsdom has nothing to scroll.
vi.stubGlobal('scrollTo', () => {});

/** What the core was told last. */
let told: unknown;
beforeEach(() => {
  told = undefined;
  mockIPC((command, payload) => {
    if (command === 'drafts_hold') told = (payload as { unsaved: unknown }).unsaved;
    return null;
  });
});
afterEach(clearMocks);

function Form({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const unsaved = useUnsaved(text ? 'asset' : null);
  const goTo = useGoTo();
  return (
    <Dialog open onClose={() => unsaved.leave(onClose)} title="A form">
      <input aria-label="Text" value={text} onChange={(event) => setText(event.target.value)} />
      <button type="button" onClick={() => goTo('/other')}>
        elsewhere
      </button>
      <button type="button" onClick={() => goTo('/form', { q: 'mail' })}>
        narrow
      </button>
      <button
        type="button"
        onClick={() => {
          unsaved.done();
          goTo('/other');
        }}
      >
        save
      </button>
      <button
        type="button"
        onClick={() => {
          unsaved.done();
          goTo('/form', { q: 'saved' });
        }}
      >
        save here
      </button>
      {unsaved.question}
    </Dialog>
  );
}

/** The screens, which a lock takes away as a whole. */
function Screens() {
  const [isLocked, setLocked] = useState(false);
  return (
    <ToastProvider>
      <button type="button" onClick={() => setLocked(true)}>
        lock
      </button>
      {isLocked ? <p>locked</p> : <Open />}
    </ToastProvider>
  );
}

function Open() {
  useTellOfLoss();
  return <Outlet />;
}

function Forms() {
  const [isOpen, setOpen] = useState(true);
  return isOpen ? <Form onClose={() => setOpen(false)} /> : <p>closed</p>;
}

async function form() {
  const root = createRootRoute({ component: Screens });
  const routes = [
    createRoute({ getParentRoute: () => root, path: '/form', component: Forms }),
    createRoute({ getParentRoute: () => root, path: '/other', component: () => <p>other</p> }),
  ];
  const history = createMemoryHistory({ initialEntries: ['/other', '/form'] });
  const router = createRouter({ routeTree: root.addChildren(routes), history });
  const { unmount } = render(<RouterProvider router={router as never} />);
  await screen.findByLabelText('Text');
  return { history, unmount };
}

const type = (text: string) => userEvent.type(screen.getByLabelText('Text'), text);
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const isAsked = () => screen.queryByText('What is lost: the asset that is being added.') !== null;

it('a form that is as it was is left at once', async () => {
  await form();
  await userEvent.keyboard('{Escape}');
  expect(await screen.findByText('closed')).toBeVisible();
  expect(told).toBeUndefined();
});

it('Escape asks once, stays, and keeps what was typed', async () => {
  await form();
  await type('db7');
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(isAsked()).toBe(true));
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(isAsked()).toBe(false));
  expect(screen.getByLabelText('Text')).toHaveValue('db7');
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(isAsked()).toBe(true));
  await press('Leave and lose it');
  expect(await screen.findByText('closed')).toBeVisible();
});

it('another view is gone to only when that is agreed to', async () => {
  const { history } = await form();
  await type('db7');
  await press('elsewhere');
  await waitFor(() => expect(isAsked()).toBe(true));
  await press('Stay here');
  expect(history.location.pathname).toBe('/form');
  expect(screen.getByLabelText('Text')).toHaveValue('db7');
  await press('elsewhere');
  await waitFor(() => expect(isAsked()).toBe(true));
  await press('Leave and lose it');
  expect(await screen.findByText('other')).toBeVisible();
});

it('a form that is still there after it was left is asked for again', async () => {
  const { history } = await form();
  await type('db7');
  await press('narrow');
  await waitFor(() => expect(isAsked()).toBe(true));
  await press('Leave and lose it');
  await waitFor(() => expect(history.location.href).toBe('/form?q=mail'));
  await waitFor(() => expect(isAsked()).toBe(false));
  expect(screen.getByLabelText('Text')).toHaveValue('db7');
  await press('elsewhere');
  await waitFor(() => expect(isAsked()).toBe(true));
  await press('Leave and lose it');
  expect(await screen.findByText('other')).toBeVisible();
});

it('a form that stays after what it said was saved is asked for again', async () => {
  const { history } = await form();
  await type('db7');
  await press('save here');
  await waitFor(() => expect(history.location.href).toBe('/form?q=saved'));
  await press('elsewhere');
  await waitFor(() => expect(isAsked()).toBe(true));
  await press('Leave and lose it');
  expect(await screen.findByText('other')).toBeVisible();
});

it('what was saved is left without a question', async () => {
  await form();
  await type('db7');
  await press('save');
  expect(await screen.findByText('other')).toBeVisible();
});

it('the core is told, so that the window does not close over it', async () => {
  const { unmount } = await form();
  await type('db7');
  expect(told).toEqual(['asset']);
  expect(lostNow()).toBe('the asset that is being added');
  unmount();
  expect(told).toEqual([]);
  expect(lostNow()).toBeUndefined();
});

it('a lock asks nothing, and tells what it took with it', async () => {
  await form();
  await type('db7');
  fireEvent.click(screen.getByText('lock'));
  expect(screen.getByText('locked')).toBeVisible();
  expect(screen.getByText('The vault was locked. Not saved, and gone: the asset that is being added.')).toBeVisible();
});

it('a lock that takes nothing with it tells nothing', async () => {
  await form();
  fireEvent.click(screen.getByText('lock'));
  expect(screen.queryByText(/Not saved/)).toBeNull();
});

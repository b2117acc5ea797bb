import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ToastContent, ToastProvider, useToast } from './Toast';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function Tell(content: ToastContent) {
  const toast = useToast();
  return (
    <button type="button" onClick={() => toast(content)}>
      tell
    </button>
  );
}

function tell(content: ToastContent) {
  render(
    <ToastProvider>
      <Tell {...content} />
    </ToastProvider>,
  );
  fireEvent.click(screen.getByText('tell'));
}

it('offers to undo for ten seconds', () => {
  tell({ text: 'Tag removed.', undo: vi.fn() });
  act(() => vi.advanceTimersByTime(9_900));
  expect(screen.getByRole('button', { name: 'Undo' })).toBeInTheDocument();
  act(() => vi.advanceTimersByTime(200));
  expect(screen.queryByText('Tag removed.')).toBeNull();
});

it('undoes once, and goes', () => {
  const undo = vi.fn();
  tell({ text: 'Tag removed.', undo });
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(undo).toHaveBeenCalledOnce();
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});

it('is dismissed without undoing', () => {
  const undo = vi.fn();
  tell({ text: 'Tag removed.', undo });
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByText('Tag removed.')).toBeNull();
  expect(undo).not.toHaveBeenCalled();
});

it('is read aloud, and three at most are shown', () => {
  tell({ text: 'Done.' });
  for (let more = 0; more < 5; more += 1) fireEvent.click(screen.getByText('tell'));
  expect(screen.getAllByText('Done.')).toHaveLength(3);
  expect(screen.getByLabelText('Notifications')).toHaveAttribute('aria-live', 'polite');
});

it('stays where it must not be missed, until it is dismissed', () => {
  tell({ text: 'A draft is gone.', stays: true });
  act(() => vi.advanceTimersByTime(3_600_000));
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByText('A draft is gone.')).toBeNull();
});

import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { ConfirmDialog, Dialog } from './Dialog';

function confirm(typed?: string) {
  const onConfirm = vi.fn();
  const onClose = vi.fn();
  render(
    <ConfirmDialog
      open
      onClose={onClose}
      title="Remove the slot?"
      act="Remove"
      onConfirm={onConfirm}
      {...(typed === undefined ? {} : { typed })}
    >
      The shares still open the vault.
    </ConfirmDialog>,
  );
  return { onConfirm, onClose, act: screen.getByRole('button', { name: 'Remove' }) };
}

it('what cannot be undone asks for the name, and for no other', async () => {
  const { onConfirm, act } = confirm('laptop');
  const field = screen.getByLabelText('Type “laptop” to confirm');
  expect(act).toBeDisabled();
  await userEvent.type(field, 'lapto');
  expect(act).toBeDisabled();
  await userEvent.type(field, 'p');
  expect(act).toBeEnabled();
  await userEvent.type(field, 's');
  expect(act).toBeDisabled();
  await userEvent.type(field, '{Backspace}');
  await userEvent.click(act);
  expect(onConfirm).toHaveBeenCalledOnce();
});

it('does nothing where it is closed', async () => {
  const { onConfirm, onClose } = confirm();
  await userEvent.keyboard('{Escape}');
  expect(onClose).toHaveBeenCalled();
  expect(onConfirm).not.toHaveBeenCalled();
});

it('does not begin on the button that destroys', () => {
  expect(confirm().act).not.toHaveFocus();
});

it('what must be answered is not closed by Escape', async () => {
  const onClose = vi.fn();
  render(
    <Dialog open insistent onClose={onClose} title="Keep the shares">
      …
    </Dialog>,
  );
  await userEvent.keyboard('{Escape}');
  expect(onClose).not.toHaveBeenCalled();
});

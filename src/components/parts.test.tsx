import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRef } from 'react';
import { expect, it, vi } from 'vitest';
import { ConfirmDialog } from './Dialog';
import { SecretField } from './Field';
import { Foreign } from './Foreign';
import { ScoreSum } from './Score';
import { ToastProvider, useToast } from './Toast';
import { VerdictMark } from './Verdict';

it('shows text from outside as text, with what is hidden in it made visible', () => {
  const { container } = render(<Foreign text={'<img src=x onerror=alert(1)>\u202Efdp.exe\u0007'} />);
  expect(container.querySelector('img')).toBeNull();
  expect(container.textContent).toBe('<img src=x onerror=alert(1)>‹202E›fdp.exe‹0007›');
});

it('keeps a secret in no attribute, and empties its field when it goes away', async () => {
  const field = createRef<HTMLInputElement>();
  const { unmount } = render(<SecretField label="Passphrase" inputRef={field} />);
  const input = screen.getByLabelText<HTMLInputElement>('Passphrase');
  await userEvent.type(input, 'correct horse');
  expect(field.current?.value).toBe('correct horse');
  expect(input.outerHTML).not.toContain('correct horse');
  expect(input).toHaveAttribute('autocomplete', 'off');
  unmount();
  expect(input.value).toBe('');
});

it('does what destroys only after the name was typed', async () => {
  const onConfirm = vi.fn();
  render(
    <ConfirmDialog open onClose={() => {}} onConfirm={onConfirm} title="Remove it?" act="Remove" typed="tpm+wallet">
      It cannot be undone.
    </ConfirmDialog>,
  );
  expect(screen.getByRole('button', { name: 'Remove' })).toBeDisabled();
  await userEvent.type(screen.getByRole('textbox'), 'tpm+wallet');
  await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
  expect(onConfirm).toHaveBeenCalledOnce();
});

function Undoable({ undo }: { undo: () => void }) {
  const toast = useToast();
  return (
    <button type="button" onClick={() => toast({ text: 'The tag was removed.', undo })}>
      Remove the tag
    </button>
  );
}

it('takes an act back from its toast, once', async () => {
  const undo = vi.fn();
  render(
    <ToastProvider>
      <Undoable undo={undo} />
    </ToastProvider>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Remove the tag' }));
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(undo).toHaveBeenCalledOnce();
  expect(screen.queryByText('The tag was removed.')).toBeNull();
});

it('says a verdict in a word also where only its shape is shown', () => {
  render(<VerdictMark bare verdict="NON_PQC" of="Key exchange" />);
  expect(screen.getByText('Key exchange: Quantum-vulnerable')).toBeInTheDocument();
});

it('shows a score as the sum that it is', () => {
  render(
    <ScoreSum
      total={30}
      addends={[
        { label: 'Algorithms', value: 40 },
        { label: 'Wrapping', value: -10 },
      ]}
    />,
  );
  expect(screen.getByRole('row', { name: 'Algorithms +40' })).toBeInTheDocument();
  expect(screen.getByRole('row', { name: 'Wrapping −10' })).toBeInTheDocument();
});

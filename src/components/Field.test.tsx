import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRef } from 'react';
import { expect, it, vi } from 'vitest';
import { Checkbox, SecretField, TextArea, TextField } from './Field';

const SECRET = 'correct horse battery';

it.each([1, 4])('a secret field of %i lines is emptied when it goes away', async (lines) => {
  const ref = createRef<HTMLInputElement | HTMLTextAreaElement>();
  const { unmount } = render(<SecretField label="Passphrase" lines={lines} inputRef={ref} />);
  const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
  await userEvent.type(field, SECRET);
  expect(field.value).toBe(SECRET);
  unmount();
  expect(field.value).toBe('');
  expect(ref.current).toBeNull();
});

it('a secret is in no attribute of the document, hidden, and remembered by nothing', async () => {
  render(<SecretField label="Passphrase" inputRef={createRef()} />);
  const field = screen.getByLabelText('Passphrase');
  await userEvent.type(field, SECRET);
  expect(document.documentElement.outerHTML).not.toContain(SECRET);
  expect(field).toHaveAttribute('type', 'password');
  expect(field).toHaveAttribute('autocomplete', 'off');
  expect(field).toHaveAttribute('spellcheck', 'false');
});

it('an error is tied to its field', () => {
  render(<TextField label="Name" hint="As on the card." error="The name is taken." />);
  expect(screen.getByLabelText('Name')).toBeInvalid();
  expect(screen.getByLabelText('Name')).toHaveAccessibleDescription('The name is taken.');
});

it.each([TextField, TextArea])(
  'a line and several are one part: typed into, told apart by their element alone',
  async (Typed) => {
    render(<Typed label="Name" hint="As on the card." maxLength={5} />);
    const field = screen.getByLabelText<HTMLInputElement>('Name');
    await userEvent.type(field, 'abcdefg');
    expect(field.value).toBe('abcde');
    expect(field).toHaveAccessibleDescription('As on the card.');
    expect(field).toHaveAttribute('autocomplete', 'off');
  },
);

it.each([
  ['box', 'checkbox'],
  ['switch', 'switch'],
] as const)('a %s says yes or no by its label', async (look, role) => {
  const onChange = vi.fn();
  render(<Checkbox look={look} label="Saved" hint="For later." checked={false} onChange={onChange} />);
  await userEvent.click(screen.getByText('Saved'));
  expect(onChange).toHaveBeenCalledWith(true);
  expect(screen.getByRole(role)).toHaveAccessibleDescription('For later.');
});

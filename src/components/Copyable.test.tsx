import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { Copyable, shortened } from './Copyable';

const HASH = '0x7d1f0c6a1b3f4a2be95c8c1f6cfb0b2a6a5de0a7';

beforeEach(() => {
  // Gives the document a clipboard.
  userEvent.setup();
});

it('is short, and whole in its title', () => {
  render(<Copyable text={HASH} label="the hash" />);
  const button = screen.getByRole('button');
  expect(button).toHaveTextContent('0x7d1f0c…5de0a7');
  expect(button).toHaveAttribute('title', HASH);
  expect(button).toHaveAccessibleName('Copy the hash 0x7d1f0c…5de0a7');
});

it('copies all of it by one click, and says so', async () => {
  render(<Copyable text={HASH} label="the hash" />);
  await userEvent.click(screen.getByRole('button'));
  expect(await navigator.clipboard.readText()).toBe(HASH);
  expect(screen.getByRole('status')).toHaveTextContent('Copied');
});

it('is no click on the row that it is in', async () => {
  let opened = 0;
  render(
    // biome-ignore lint/a11y: stands for a row
    <div onClick={() => opened++}>
      <Copyable text={HASH} label="the hash" />
    </div>,
  );
  await userEvent.click(screen.getByRole('button'));
  expect(opened).toBe(0);
});

it('shortens only what gets shorter by it', () => {
  expect(shortened('0123456789abcde')).toBe('0123456789abcde');
  expect(shortened('0123456789abcdef')).toBe('01234567…abcdef');
});

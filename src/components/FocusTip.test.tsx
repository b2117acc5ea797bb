import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { FocusTip } from './FocusTip';

it('shows a title to the keyboard, and takes it away again', async () => {
  render(
    <>
      <button type="button" title="0x1234567890abcdef">
        0x12…ef
      </button>
      <button type="button">next</button>
      <FocusTip />
    </>,
  );
  await userEvent.tab();
  expect(screen.getByText('0x1234567890abcdef')).toBeInTheDocument();
  await userEvent.tab();
  expect(screen.queryByText('0x1234567890abcdef')).toBeNull();
});

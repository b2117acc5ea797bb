import { act, render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { Countdown } from './Countdown';

it('counts down, and says once that it is over', () => {
  vi.useFakeTimers();
  const onEnd = vi.fn();
  render(<Countdown from={60} label="Hidden in" onEnd={onEnd} />);
  act(() => vi.advanceTimersByTime(20_000));
  expect(screen.getByRole('timer')).toHaveAccessibleName('Hidden in 40 seconds');
  act(() => vi.advanceTimersByTime(100_000));
  expect(onEnd).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

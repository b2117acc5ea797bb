import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useMinutesLeft } from './useMinutesLeft';

const START = new Date('2026-11-30T12:00:00.000Z');
const after = (seconds: number) => new Date(START.getTime() + seconds * 1000).toISOString();

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(START);
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => act(() => vi.advanceTimersByTime(seconds * 1000));

test('minutes run out by themselves, each at its moment', () => {
  const { result } = renderHook(() => useMinutesLeft(after(150)));
  expect(result.current).toBe(3);
  pass(29);
  expect(result.current).toBe(3);
  pass(2);
  expect(result.current).toBe(2);
  pass(60);
  expect(result.current).toBe(1);
  pass(600);
  expect(result.current).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('a use of the vault puts the end off', () => {
  const { result, rerender } = renderHook(({ until }) => useMinutesLeft(until), { initialProps: { until: after(90) } });
  pass(60);
  expect(result.current).toBe(1);
  rerender({ until: after(660) });
  expect(result.current).toBe(10);
});

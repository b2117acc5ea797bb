import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { CoreProblem } from '@/api/call';
import { useAct } from './useAct';

const problem = (code: 'locked' | 'cancelled' | 'storage') => new CoreProblem({ code, message: code, request: '1' });

const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
);

/** An act that meets these problems before it succeeds. */
function acting(problems: CoreProblem[]) {
  const calls: string[] = [];
  mockIPC((command) => {
    calls.push(command);
    return null;
  });
  const mutateAsync = async (what: string) => {
    calls.push(what);
    const next = problems.shift();
    if (next) throw next;
    return 'done';
  };
  return { calls, act: renderHook(() => useAct({ mutateAsync }), { wrapper }).result.current };
}

afterEach(clearMocks);

test('a locked vault is unlocked in place, and the act goes on', async () => {
  const { calls, act } = acting([problem('locked')]);
  expect(await act('wrap')).toBe('done');
  expect(calls).toEqual(['wrap', 'vault_unlock', 'wrap']);
});

test('another problem ends it, without unlocking', async () => {
  const { calls, act } = acting([problem('storage')]);
  expect(await act('wrap')).toBeUndefined();
  expect(calls).toEqual(['wrap']);
});

test('a vault that stays locked is asked to open once', async () => {
  const { calls, act } = acting([problem('locked'), problem('locked')]);
  expect(await act('wrap')).toBeUndefined();
  expect(calls).toEqual(['wrap', 'vault_unlock', 'wrap']);
});

import { fireEvent, renderHook } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { SCREENS } from '@/routes/screens';
import { LETTERS, letterOf } from './letters';
import { useKeys } from './useKeys';

it('has one letter for every screen', () => {
  for (const { path } of SCREENS) expect(letterOf(path), path).toBeDefined();
  expect(new Set(Object.values(LETTERS)).size).toBe(SCREENS.length);
});

it('takes a letter after G, and at no other time nor where one types', () => {
  const onLetter = vi.fn(() => true);
  const keys = { onPalette: vi.fn(), onHelp: vi.fn(), onLock: vi.fn(), onScreen: vi.fn(), onLetter };
  renderHook(() => useKeys(keys));
  fireEvent.keyDown(window, { key: 'o' });
  expect(onLetter).not.toHaveBeenCalled();
  fireEvent.keyDown(window, { key: 'g' });
  fireEvent.keyDown(window, { key: 'o' });
  expect(onLetter).toHaveBeenCalledExactlyOnceWith('o');
  const field = document.body.appendChild(document.createElement('input'));
  fireEvent.keyDown(field, { key: 'g' });
  fireEvent.keyDown(field, { key: 'a' });
  expect(onLetter).toHaveBeenCalledOnce();
  field.remove();
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { copyText } from './clipboard';

let held = '';
const readText = vi.fn(async () => held);
const writeText = vi.fn(async (text: string) => {
  held = text;
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { clipboard: { readText, writeText } });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('takes a secret off the clipboard after half a minute', async () => {
  await copyText('correct horse', { secret: true });
  await vi.advanceTimersByTimeAsync(29_000);
  expect(held).toBe('correct horse');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(held).toBe('');
});

it('leaves what was copied since, and what is no secret', async () => {
  await copyText('correct horse', { secret: true });
  await copyText('0x1234');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(held).toBe('0x1234');
});

it('empties the clipboard also where it cannot be read', async () => {
  readText.mockRejectedValueOnce(new Error('refused'));
  await copyText('correct horse', { secret: true });
  await vi.advanceTimersByTimeAsync(31_000);
  expect(held).toBe('');
});

it('says where the system refuses', async () => {
  writeText.mockRejectedValueOnce(new Error('refused'));
  expect(await copyText('0x1234')).toBe(false);
});

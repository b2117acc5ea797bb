import { expect, it } from 'vitest';
import type { JobState, JobView } from '@/api/bindings';
import { isOpen, leftOf, storyOf } from './names';

const job = (change: Partial<JobView>): JobView => ({
  id: '0192f0c4-7a18-7000-8000-000000000001',
  kind: 'SCAN',
  scan: null,
  state: 'RUNNING',
  interrupted: false,
  done: 1,
  total: 2,
  failed: 0,
  message: null,
  retryable: false,
  created_at: '2026-11-25T20:00:00.000Z',
  ...change,
});

const STATES: JobState[] = [
  'READY',
  'RUNNING',
  'WAITING_UNLOCK',
  'WAITING_APPROVAL',
  'WAITING_CONFIRMATIONS',
  'DONE',
  'FAILED',
  'CANCELLED',
];

it('every state is told in words of its own', () => {
  const words = STATES.map((state) => storyOf(job({ state })).word);
  expect(new Set(words).size).toBe(STATES.length);
  for (const word of words) expect(word).not.toMatch(/[_]|[A-Z]{2}/);
});

it('work that nobody runs is interrupted, and goes on', () => {
  expect(storyOf(job({ interrupted: true }))).toMatchObject({ word: 'Interrupted', goOn: 'Go on' });
  expect(storyOf(job({})).goOn).toBeUndefined();
});

it('what failed in part is not called done', () => {
  expect(storyOf(job({ state: 'DONE' })).tone).toBe('good');
  expect(storyOf(job({ state: 'DONE', failed: 1 })).tone).toBe('warn');
});

it('only what has not ended can be stopped', () => {
  expect(STATES.filter((state) => isOpen(job({ state })))).toEqual(STATES.slice(0, 5));
});

it('a scan that ended early leaves what it did not see, and no other work does', () => {
  const scan = 'a-scan';
  expect(leftOf(job({ scan, state: 'CANCELLED', done: 40, total: 100, failed: 3 }))).toEqual({ scan, notReached: 60, failed: 3 });
  expect(leftOf(job({ scan, state: 'DONE', done: 9, total: 9, failed: 2 }))).toEqual({ scan, notReached: 0, failed: 2 });
  expect(leftOf(job({ scan, state: 'DONE', done: 9, total: 9 }))).toBeNull();
  expect(leftOf(job({ scan, interrupted: true }))).toBeNull();
  expect(leftOf(job({ kind: 'WRAP', state: 'CANCELLED', done: 0, total: 9 }))).toBeNull();
});

import type { JobKind, JobView } from '@/api/bindings';
import { isFinal } from '@/api/jobs';

interface KindOfJob {
  /** While it runs. */
  running: string;
  /** In a list. */
  name: string;
  /** Of what its steps are. */
  steps: string;
  /** The screen of what it makes. */
  screen: { path: string; label: string };
  /** What cancelling leaves as it is. */
  stays: string;
  /** How what is left can be done afterwards. */
  after: string;
  /** Whether it works with the vault's keys. */
  needsKey: boolean;
}

export const KINDS: Record<JobKind, KindOfJob> = {
  SCAN: {
    running: 'Scanning',
    name: 'Scan',
    steps: 'Targets',
    screen: { path: '/scans', label: 'Scans' },
    stays: 'What was found until now stays in the inventory. Targets that were not reached are not scanned.',
    after: 'What is left can be gone on with afterwards, as a scan of its own.',
    needsKey: false,
  },
  WRAP: {
    running: 'Wrapping',
    name: 'Wrap secrets',
    steps: 'Secrets',
    screen: { path: '/secrets', label: 'Secrets' },
    stays: 'Secrets that were wrapped stay wrapped. The others stay as they are, and can be wrapped at any time.',
    after: 'It cannot be taken up again afterwards; what is left can be started anew.',
    needsKey: true,
  },
  REWRAP: {
    running: 'Rewrapping',
    name: 'Rewrap secrets',
    steps: 'Secrets',
    screen: { path: '/secrets', label: 'Secrets' },
    stays: 'Secrets that were rewrapped stay under the new key. The others stay under the old one, which still opens them.',
    after: 'It cannot be taken up again afterwards; what is left can be started anew.',
    needsKey: true,
  },
  ATTEST: {
    running: 'Attesting',
    name: 'Attest assets',
    steps: 'Attestations',
    screen: { path: '/attestation', label: 'Attestation' },
    stays: 'Transactions that were sent cannot be taken back: the chain may still confirm them. What was not sent is not sent.',
    after: 'It cannot be taken up again afterwards; what is left can be started anew.',
    needsKey: true,
  },
};

/** What a job is called while it runs. */
export const jobName = (kind: JobKind): string => KINDS[kind].running;

export type Stand = 'running' | 'waiting' | 'failed' | 'done' | 'cancelled';

export interface Story {
  /** Which of the few kinds of state it is, for the filter. */
  stand: Stand;
  tone: 'neutral' | 'good' | 'warn' | 'bad' | 'info';
  /** The state in a word or two. */
  word: string;
  /** What that means, and what to do. */
  sentence: string;
  /** What the button does that makes it go on, where there is one. */
  goOn?: string;
}

/** A job's state in words. */
export function storyOf(job: JobView): Story {
  switch (job.state) {
    case 'WAITING_UNLOCK':
      return {
        stand: 'waiting',
        tone: 'warn',
        word: 'Waits for the vault',
        sentence: 'It needs the keys of the vault. It goes on where it stopped as soon as the vault is unlocked.',
        goOn: 'Unlock and go on',
      };
    case 'WAITING_APPROVAL':
      return {
        stand: 'waiting',
        tone: 'warn',
        word: 'Waits for approval',
        sentence: 'It must be approved before it goes on. Nothing was sent yet.',
        goOn: 'Go on',
      };
    case 'WAITING_CONFIRMATIONS':
      return {
        stand: 'waiting',
        tone: 'info',
        word: 'Waits for the chain',
        sentence: 'Its transactions were sent. It ends when the chain has confirmed them, which takes some minutes.',
        goOn: 'Look again',
      };
    case 'READY':
    case 'RUNNING':
      return job.interrupted ? INTERRUPTED : runningStory(job);
    case 'DONE':
      return doneStory(job);
    case 'FAILED':
      return {
        stand: 'failed',
        tone: 'bad',
        word: 'Failed',
        sentence: 'It ended by an error. What it had done until then stays.',
      };
    case 'CANCELLED':
      return {
        stand: 'cancelled',
        tone: 'neutral',
        word: 'Cancelled',
        sentence: 'It was ended by hand. What it had done until then stays.',
      };
  }
}

const INTERRUPTED: Story = {
  stand: 'waiting',
  tone: 'warn',
  word: 'Interrupted',
  sentence: 'The program that ran it has ended. Nothing is lost: it goes on where it stopped.',
  goOn: 'Go on',
};

const runningStory = (job: JobView): Story =>
  job.state === 'READY'
    ? { stand: 'running', tone: 'info', word: 'About to start', sentence: 'It starts in a moment.' }
    : { stand: 'running', tone: 'info', word: 'Running', sentence: 'It is under way. You can go on working.' };

const doneStory = (job: JobView): Story =>
  job.failed > 0
    ? { stand: 'done', tone: 'warn', word: 'Done in part', sentence: 'It has ended; some of it could not be done.' }
    : { stand: 'done', tone: 'good', word: 'Done', sentence: 'All of it is done.' };

/** Whether a job can still be cancelled. */
export const isOpen = (job: JobView): boolean => !isFinal(job.state);

/** What a scan that has ended did not see: what was not reached, and what failed; nothing of other work. */
export function leftOf(job: JobView): { scan: string; notReached: number; failed: number } | null {
  const notReached = job.total - job.done;
  if (!job.scan || isOpen(job) || (notReached === 0 && job.failed === 0)) return null;
  return { scan: job.scan, notReached, failed: job.failed };
}

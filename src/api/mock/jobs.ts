import type { JobFailures, JobKind, JobState, JobView } from '../bindings';
import { HOSTILE } from './hostile';

const MINUTE_MS = 60_000;

interface Made {
  kind: JobKind;
  state: JobState;
  done: number;
  total: number;
  failed?: number;
  interrupted?: boolean;
  message?: string;
  retryable?: boolean;
}

const MADE: readonly Made[] = [
  { kind: 'SCAN', state: 'RUNNING', done: 131, total: 218, failed: 4 },
  { kind: 'ATTEST', state: 'WAITING_CONFIRMATIONS', done: 12, total: 40, interrupted: true },
  {
    kind: 'REWRAP',
    state: 'WAITING_UNLOCK',
    done: 310,
    total: 1_204,
    interrupted: true,
    message: 'the vault locked while it ran; unlock it to go on',
  },
  { kind: 'SCAN', state: 'RUNNING', done: 17, total: 900, interrupted: true },
  { kind: 'ATTEST', state: 'WAITING_APPROVAL', done: 0, total: 3, interrupted: true },
  { kind: 'WRAP', state: 'DONE', done: 24, total: 24, failed: 3, retryable: true },
  { kind: 'SCAN', state: 'DONE', done: 61, total: 61, failed: 9 },
  {
    kind: 'ATTEST',
    state: 'FAILED',
    done: 3,
    total: 8,
    failed: 5,
    message: 'the node said <img src=x onerror=alert(1)> \u202edetcepxe ton saw; check the address of the node in the settings',
  },
  { kind: 'SCAN', state: 'CANCELLED', done: 40, total: 10_000 },
];

/** Jobs in every state. */
export const JOBS: readonly JobView[] = MADE.map((made, index) => ({
  interrupted: false,
  failed: 0,
  message: null,
  retryable: false,
  scan: made.kind === 'SCAN' ? `0192f0c4-7a10-7000-8000-5${index.toString(16).padStart(11, '0')}` : null,
  ...made,
  id: `0192f0c4-7a18-7000-8000-${(index + 1).toString(16).padStart(12, '0')}`,
  created_at: new Date(Date.now() - (index * 47 + 3) * MINUTE_MS).toISOString(),
}));

export const JOBS_WORLD = {
  jobs_list: ({ limit }: Record<string, unknown>): JobView[] => JOBS.slice(0, Number(limit)),
  jobs_failures: ({ job }: Record<string, unknown>): JobFailures => ({
    job: String(job),
    total: 3,
    causes: [
      {
        why: 'environment STAGE has no active anchor; make one with `qv anchors create`',
        count: 2,
        assets: [
          { asset_id: '0192f0c4-7a10-7000-8000-000000000003', location: HOSTILE[0] },
          { asset_id: '0192f0c4-7a10-7000-8000-000000000005', location: null },
        ],
      },
      {
        why: 'secret 0192f0c4-7a10-7000-8000-000000002329 has lost its envelope',
        count: 1,
        assets: [{ asset_id: '0192f0c4-7a10-7000-8000-000000000007', location: HOSTILE[2] }],
      },
    ],
  }),
  jobs_retry: () => JOBS[0]?.id,
  jobs_resume: () => null,
  jobs_cancel: () => null,
};

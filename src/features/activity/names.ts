import type { JobKind } from '@/api/bindings';

const NAMES: Record<JobKind, string> = { SCAN: 'Scanning', WRAP: 'Wrapping', REWRAP: 'Rewrapping', ATTEST: 'Attesting' };

/** What a job is called while it runs. */
export const jobName = (kind: JobKind): string => NAMES[kind];

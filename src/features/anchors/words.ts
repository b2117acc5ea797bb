import type { AnchorView, KeyState } from '@/api/bindings';

export const STATE_WORDS: Record<KeyState, string> = {
  PRE_ACTIVE: 'Not in use yet',
  ACTIVE: 'In use',
  SUSPENDED: 'Suspended',
  RETIRED: 'Opens, wraps nothing new',
  DESTROYED: 'Destroyed',
};

/** The suites that an anchor can have, each with what speaks for it. */
export const SUITES = [
  { value: 'ML-KEM-1024', label: 'ML-KEM-1024', description: 'The default: category 5, and what CNSA 2.0 asks for.' },
  { value: 'P-384+ML-KEM-1024', label: 'P-384 + ML-KEM-1024', description: 'Hybrid: holds while either of the two does.' },
  { value: 'ML-KEM-768', label: 'ML-KEM-768', description: 'Category 3, smaller.' },
  { value: 'P-384+ML-KEM-768', label: 'P-384 + ML-KEM-768', description: 'Hybrid, smaller.' },
  { value: 'X25519+ML-KEM-768', label: 'X25519 + ML-KEM-768', description: 'X-Wing, the hybrid of the web.' },
] as const;

/** The version that wraps. */
export const newest = (anchor: AnchorView) =>
  anchor.versions.reduce<AnchorView['versions'][number] | undefined>(
    (best, one) => (best && best.version > one.version ? best : one),
    undefined,
  );

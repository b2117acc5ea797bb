import type { ScanStatus, ScanType, TargetType } from '@/api/bindings';

export const KINDS: Record<ScanType, string> = {
  DISCOVERY: 'First look',
  RESCAN: 'Rescan',
  POLICY_VALIDATION: 'Check of policies',
};

/** How a scan ended, and in which tone that is said. */
export const STATUSES: Record<ScanStatus, { word: string; tone: 'info' | 'good' | 'warn' | 'bad' }> = {
  RUNNING: { word: 'Running', tone: 'info' },
  SUCCESS: { word: 'Complete', tone: 'good' },
  PARTIAL: { word: 'Some failed', tone: 'warn' },
  FAILED: { word: 'Failed', tone: 'bad' },
};

export const TARGET_TYPES: Record<TargetType, string> = {
  TLS_ENDPOINT: 'TLS endpoint',
  HTTPS_URL: 'HTTPS URL',
  POSTGRES: 'PostgreSQL',
  MYSQL: 'MySQL',
  MONGODB: 'MongoDB',
  CUSTOM: 'Plugin',
};

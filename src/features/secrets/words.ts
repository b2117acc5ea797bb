import type { KeyType } from '@/api/bindings';

/** Kinds of secrets as people call them. */
export const KIND_WORDS: Record<KeyType, string> = {
  PRIVATE_KEY: 'Private key',
  API_SECRET: 'API secret',
  DB_CREDENTIAL: 'Database credential',
  CONFIG_BLOB: 'Configuration',
  OTHER: 'Other',
};

import type {
  AddendName,
  AssetStatus,
  AssetType,
  Criticality,
  Environment,
  Exposure,
  Harvest,
  KeyType,
  Layer,
  LifetimeSource,
  Recorded,
  RiskLevel,
  Sensitivity,
  Verdict,
} from '@/api/bindings';

// What people call the values of the core, in the order in which they are offered.

export const ENVIRONMENTS: Record<Environment, string> = {
  PROD: 'Production',
  STAGE: 'Staging',
  DEV: 'Development',
  OTHER: 'Other',
};

export const TYPES: Record<AssetType, string> = {
  TLS_CERT: 'TLS endpoint',
  API_ENDPOINT: 'HTTPS service',
  DATABASE: 'Database',
  FILE_SHARE: 'Files',
  KEY: 'Key',
  APPLICATION: 'Application',
  PROTOCOL: 'Other protocol',
  OTHER: 'Other',
};

export const VERDICTS: Record<Verdict, string> = {
  NON_PQC: 'Quantum-vulnerable',
  HYBRID: 'Hybrid',
  PQC: 'Post-quantum',
  UNKNOWN: 'Not known',
};

export const LEVELS: Record<RiskLevel, string> = { CRITICAL: 'Critical', HIGH: 'High', MEDIUM: 'Medium', LOW: 'Low' };

export const STATUSES: Record<AssetStatus, string> = {
  AT_RISK: 'At risk',
  IN_REMEDIATION: 'Partly wrapped',
  WRAPPED_PQC: 'Wrapped',
  ATTESTED: 'Attested',
};

export const CRITICALITIES: Record<Criticality, string> = { LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High' };

export const SENSITIVITIES: Record<Sensitivity, string> = {
  PUBLIC: 'Public',
  INTERNAL: 'Internal',
  CONFIDENTIAL: 'Confidential',
  RESTRICTED: 'Restricted',
};

export const EXPOSURES: Record<Exposure, string> = {
  INTERNET_FACING: 'Anyone on the internet',
  PARTNER: 'Partners',
  INTERNAL: 'The organisation',
};

export const HARVESTS: Record<Harvest, string> = {
  EXPOSED: 'Readable too early',
  NOT_KNOWN: 'Not known',
  SAFE: 'Secret for long enough',
};

export const RECORDED: Record<Recorded, string> = {
  VULNERABLE: 'A recording of today can be read then: its cryptography is classical.',
  PROTECTED: 'A recording of today stays closed: its cryptography is not classical.',
  NOT_KNOWN: 'Too little is known of its cryptography to say whether a recording of today can be read then.',
};

export const LIFETIME_SOURCES: Record<LifetimeSource, string> = {
  asset: 'set for this asset',
  type: 'the setting for its kind',
  environment: 'the setting for its environment',
  every: 'the setting for every asset',
};

export const LAYERS: Record<Layer, string> = {
  KEY_EXCHANGE: 'Key exchange',
  AUTHENTICATION: 'Authentication',
  DATA_AT_REST: 'Data at rest',
};

export const KEY_TYPES: Record<KeyType, string> = {
  PRIVATE_KEY: 'Private key',
  API_SECRET: 'API secret',
  DB_CREDENTIAL: 'Database credential',
  CONFIG_BLOB: 'Configuration',
  OTHER: 'Other',
};

export const ADDENDS: Record<AddendName, string> = {
  algorithms: 'Algorithms in use',
  wrapping: 'Wrapping',
  exposure: 'Exposure',
  sensitivity: 'Sensitivity of its data',
  criticality: 'Criticality',
  staleness: 'Age of the last scan',
  limit: 'Held at 100',
};

/** The values of a vocabulary as the options of a field. */
export function options<V extends string>(words: Record<V, string>): { value: V; label: string }[] {
  return Object.entries<string>(words).map(([value, label]) => ({ value: value as V, label }));
}

/** `one thing`, or `12 things`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`;
}

import type {
  AssetType,
  Compliance,
  EnforcementMode,
  Environment,
  RiskLevel,
  ScopeType,
  TransitionStrategy,
} from '@/api/bindings';
import { SUITES } from '@/features/anchors/words';

// What people call the parts of a policy, in the order in which they are offered.

export const SCOPES: Record<ScopeType, { label: string; hint: string }> = {
  ALL_ASSETS: { label: 'Every asset', hint: 'The policy holds for the whole inventory.' },
  BY_TYPE: { label: 'By kind', hint: 'Assets of the chosen kinds.' },
  BY_ENVIRONMENT: { label: 'By environment', hint: 'Assets of the chosen environments.' },
  BY_TAG: { label: 'By tag', hint: 'Assets that carry one of the tags.' },
  BY_RISK_LEVEL: { label: 'By risk', hint: 'Assets at this level of risk or above.' },
  CUSTOM_QUERY: { label: 'By an expression', hint: 'Assets for which an expression of the Common Expression Language holds.' },
};

export const STRATEGIES: readonly { value: TransitionStrategy; label: string; description: string }[] = [
  { value: 'HYBRID', label: 'Hybrid is enough', description: 'Classical and post-quantum together meet the policy.' },
  { value: 'PQC_ONLY', label: 'Post-quantum only', description: 'Anything with a classical part fails the policy.' },
];

export const MODES: readonly { value: EnforcementMode; label: string; description: string }[] = [
  { value: 'MONITOR_ONLY', label: 'Report only', description: 'Says which assets fail and changes nothing.' },
  { value: 'ENFORCE', label: 'Enforce', description: 'What fails and has key material may be wrapped under the policy.' },
];

export const MODE_WORDS: Record<EnforcementMode, string> = { MONITOR_ONLY: 'Report only', ENFORCE: 'Enforce' };

export const STRATEGY_WORDS: Record<TransitionStrategy, string> = {
  HYBRID: 'Hybrid is enough',
  PQC_ONLY: 'Post-quantum only',
};

export const COMPLIANCES: Record<Compliance, string> = {
  COMPLIANT: 'Compliant',
  NON_COMPLIANT: 'Not compliant',
  UNKNOWN: 'Not known',
};

/** What each kind of required algorithm binds, and the suites that can be required. */
export const REQUIRED: readonly { key: string; label: string; hint: string; suites: readonly string[] }[] = [
  {
    key: 'kem',
    label: 'Key encapsulation',
    hint: 'For wrapping. None chosen: any.',
    suites: SUITES.map((suite) => suite.value),
  },
  {
    key: 'symmetric',
    label: 'Encryption',
    hint: 'For wrapping. None chosen: any.',
    suites: ['AES-256-GCM', 'AES-256-GCM-SIV', 'XChaCha20-Poly1305'],
  },
  {
    key: 'signature',
    label: 'Signatures',
    hint: 'For assets that are compliant by themselves. None chosen: any.',
    suites: ['ML-DSA-65', 'ML-DSA-87', 'SLH-DSA-SHA2-256s'],
  },
];

/** What a scope of each type begins with. */
export const SCOPE_STARTS: Record<ScopeType, object> = {
  ALL_ASSETS: {},
  BY_TYPE: { type: ['TLS_CERT'] satisfies AssetType[] },
  BY_ENVIRONMENT: { environment: ['PROD'] satisfies Environment[] },
  BY_TAG: { tags: ['payments'] },
  BY_RISK_LEVEL: { minRiskLevel: 'HIGH' satisfies RiskLevel },
  CUSTOM_QUERY: { query: 'asset.riskScore >= 75 && "pci" in asset.tags' },
};

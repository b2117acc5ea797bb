import type {
  EligibilityReport,
  EvaluationChange,
  EvaluationReport,
  NewPolicy,
  PolicyView,
  Problem,
  WrapReport,
} from '../bindings';
import { HOSTILE } from './hostile';

const id = (index: number) => `0192f0c4-7a10-7000-8000-7${index.toString(16).padStart(11, '0')}`;
const asset = (index: number) => `0192f0c4-7a10-7000-8000-${index.toString(16).padStart(12, '0')}`;
const at = (minutes: number) => new Date(Date.parse('2026-11-25T09:00:00.000Z') - minutes * 60_000).toISOString();
const place = (index: number) => (index === 3 ? HOSTILE[0] : index === 7 ? HOSTILE[2] : `host${index}.example.org:443`);

type Given = Partial<PolicyView> & Pick<PolicyView, 'name' | 'scope_type' | 'scope_definition'>;

const policy = (index: number, given: Given): PolicyView => ({
  id: id(index),
  description: null,
  required_pqc_algorithms: { kem: ['ML-KEM-1024'], symmetric: ['AES-256-GCM'] },
  transition_strategy: 'HYBRID',
  enforcement_mode: 'ENFORCE',
  is_active: true,
  assets_in_scope: 412,
  coverage_percent: 64.4,
  non_compliant: 96,
  wrapped: 188,
  last_evaluated_at: at(40 + index * 900),
  updated_at: at(5_000 + index * 900),
  ...given,
});

const POLICIES: PolicyView[] = [
  policy(0, {
    name: 'payments',
    description: 'Card data and what opens it, as the 2030 deadline asks.',
    scope_type: 'BY_ENVIRONMENT',
    scope_definition: { environment: ['PROD'], tags: ['payments', 'pci'] },
  }),
  policy(1, {
    name: 'everything, watched',
    scope_type: 'ALL_ASSETS',
    scope_definition: {},
    required_pqc_algorithms: {},
    enforcement_mode: 'MONITOR_ONLY',
    assets_in_scope: 640,
    coverage_percent: 100,
    non_compliant: 451,
    wrapped: 3,
  }),
  policy(2, {
    name: 'long-lived keys',
    scope_type: 'BY_TYPE',
    scope_definition: { type: ['KEY', 'FILE_SHARE'] },
    transition_strategy: 'PQC_ONLY',
    required_pqc_algorithms: { kem: ['ML-KEM-1024'], signature: ['ML-DSA-87'] },
    assets_in_scope: 80,
    coverage_percent: 12.5,
    non_compliant: 0,
    wrapped: 80,
  }),
  policy(3, {
    name: 'critical first',
    scope_type: 'BY_RISK_LEVEL',
    scope_definition: { minRiskLevel: 'CRITICAL' },
    is_active: false,
    assets_in_scope: 0,
    coverage_percent: 0,
    non_compliant: 0,
    wrapped: 0,
    last_evaluated_at: null,
  }),
  policy(4, { name: HOSTILE[0], description: HOSTILE[3], scope_type: 'BY_TAG', scope_definition: { tags: [HOSTILE[0]] } }),
  policy(5, { name: HOSTILE[1], scope_type: 'CUSTOM_QUERY', scope_definition: { query: 'asset.riskScore >= 75' } }),
  policy(6, { name: HOSTILE[2], scope_type: 'ALL_ASSETS', scope_definition: {} }),
];

const NOT_WRAPPED = 'quantum-vulnerable and not wrapped';

const CHANGES: EvaluationChange[] = Array.from({ length: 60 }, (_, index) => ({
  asset_id: asset(index),
  location: place(index),
  before: 'out of scope',
  after: index % 3 === 0 ? 'out of policy' : 'compliant',
  why: index % 3 === 0 ? NOT_WRAPPED : 'wrapped with ML-KEM-1024+HKDF-SHA256+AES-256-GCM, as the policy requires',
}));

const report = (of: PolicyView, changes: EvaluationChange[]): EvaluationReport => ({
  policy: of.name,
  in_scope: of.assets_in_scope,
  out_of_policy: of.non_compliant,
  eligible: 18,
  changed: {
    begin_to_fail: 0,
    begin_to_comply: 0,
    enter_failing: changes.filter((one) => one.after === 'out of policy').length,
    enter_compliant: changes.filter((one) => one.after === 'compliant').length,
    leave: 0,
  },
  changes,
});

/** What an edit changes: all ways at once, and more than is listed. */
const EDITED: EvaluationReport = {
  policy: 'payments',
  in_scope: 431,
  out_of_policy: 118,
  eligible: 31,
  changed: { begin_to_fail: 14, begin_to_comply: 6, enter_failing: 11, enter_compliant: 1_204, leave: 3 },
  changes: [
    ...changed(14, 'compliant', 'out of policy', 0),
    ...changed(11, 'out of scope', 'out of policy', 14),
    ...changed(6, 'out of policy', 'compliant', 25),
    ...changed(40, 'out of scope', 'compliant', 31),
  ],
};

function changed(count: number, before: string, after: string, from: number): EvaluationChange[] {
  const why =
    after === 'out of policy' ? 'hybrid, and the policy accepts only post-quantum' : 'its own cryptography meets the policy';
  return Array.from({ length: count }, (_, index) => ({
    asset_id: asset(from + index),
    location: place(from + index),
    before,
    after,
    why,
  }));
}

const REASONS = [
  'fails the policy and has key material',
  'the asset has no key material; add some with `qv secrets add`',
  'the asset meets the policy already',
];

const ELIGIBLE: EligibilityReport = {
  in_scope: 412,
  eligible: 18,
  held_back: [
    { why: REASONS[2] ?? '', assets: 316 },
    { why: REASONS[1] ?? '', assets: 78 },
  ],
  assets: Array.from({ length: 100 }, (_, index) => ({
    asset_id: asset(index),
    location: place(index),
    eligible: index < 18,
    why: REASONS[index < 18 ? 0 : index % 2 === 0 ? 1 : 2] ?? '',
  })),
};

const WRAPPED: WrapReport = {
  assets: 18,
  secrets: 41,
  suite: 'ML-KEM-1024+HKDF-SHA256+AES-256-GCM',
  failed: [
    { asset_id: asset(3), location: HOSTILE[0], why: 'no anchor is active in DEV; make one and activate it' },
    { asset_id: asset(7), location: HOSTILE[2], why: 'the policy does not accept its anchor’s suite' },
  ],
};

const found = (name: unknown) => POLICIES.find((one) => one.id === name || one.name === name) ?? (POLICIES[0] as PolicyView);

const refusal = (message: string): Problem => ({ code: 'invalid_input', message, request: id(99) });

/** Refuses the two mistakes that a look at the editor makes. */
function preview({ scope_definition, required, scope_type }: NewPolicy): EvaluationReport[] {
  for (const [what, text] of [
    ['the scope definition', scope_definition],
    ['the requirements', required],
  ] as const) {
    try {
      JSON.parse(text);
    } catch (error) {
      throw refusal(`${what} is no JSON: ${error instanceof Error ? error.message : ''}`);
    }
  }
  if (scope_type === 'BY_TAG' && !scope_definition.includes('tags')) {
    throw refusal('scope type BY_TAG needs the key `tags` in the scope definition; add it or choose another scope type');
  }
  return [report(found(id(0)), CHANGES)];
}

/** Policies, what they find, and what can be wrapped under them. */
export const POLICIES_WORLD: Record<string, (payload: Record<string, unknown>) => unknown> = {
  policies_list: () => POLICIES,
  policies_show: ({ name }) => found(name),
  policies_preview: ({ wanted }) => preview(wanted as NewPolicy),
  policies_preview_change: ({ edit }) => {
    preview(edit as NewPolicy);
    return [EDITED];
  },
  policies_add: ({ wanted }) => ({ ...found(id(0)), name: (wanted as NewPolicy).name }),
  policies_edit: ({ name, edit }) => ({ ...found(name), ...(edit as object) }),
  policies_evaluate: ({ name }) =>
    name === null ? POLICIES.map((one) => report(one, [])) : [report(found(name), CHANGES.slice(0, 12))],
  policies_eligible: () => ELIGIBLE,
  policies_apply: () => WRAPPED,
  policies_remove: () => null,
};

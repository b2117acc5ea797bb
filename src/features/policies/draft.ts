import type { EnforcementMode, NewPolicy, PolicyEdit, PolicyView, ScopeType, TransitionStrategy } from '@/api/bindings';

// A policy while it is edited. The JSON texts are what counts; the guided fields read and write them,
// so that the two are always the same.

export interface Draft {
  name: string;
  description: string;
  scope_type: ScopeType;
  scope_definition: string;
  required: string;
  strategy: TransitionStrategy;
  mode: EnforcementMode;
}

/** A JSON object, as the guided fields see it. */
export type Fields = Record<string, unknown>;

/** A policy that can be saved as it is, and harms nothing. */
export const NEW: Draft = {
  name: '',
  description: '',
  scope_type: 'ALL_ASSETS',
  scope_definition: '{}',
  required: '{}',
  strategy: 'HYBRID',
  mode: 'MONITOR_ONLY',
};

export function draftOf(policy: PolicyView): Draft {
  return {
    name: policy.name,
    description: policy.description ?? '',
    scope_type: policy.scope_type,
    scope_definition: written(policy.scope_definition),
    required: written(policy.required_pqc_algorithms),
    strategy: policy.transition_strategy,
    mode: policy.enforcement_mode,
  };
}

/** The policy that the core is asked to make. */
export const newPolicy = ({ description, ...draft }: Draft): NewPolicy => ({
  ...draft,
  name: draft.name.trim(),
  description: description.trim() || null,
});

/** The edit that makes a policy what the draft says; an emptied description stays empty. */
export const editOf = (draft: Draft): PolicyEdit => ({
  ...draft,
  name: draft.name.trim(),
  description: draft.description.trim(),
});

/** The fields of a JSON text; nothing where it is no object. Whether they make sense is for the core to say. */
export function fieldsOf(text: string): Fields | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Fields) : null;
  } catch {
    return null;
  }
}

/** The fields as they are written. */
export const written = (fields: unknown): string => JSON.stringify(fields, null, 2);

/** The fields with one changed, as text; a field that says nothing is left out. */
export function withField(fields: Fields, key: string, value: unknown): string {
  const next = { ...fields, [key]: value };
  const empty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  if (empty) delete next[key];
  return written(next);
}

/** The texts of a list field; nothing of a field that is no list. */
export function listIn(fields: Fields, key: string): string[] {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** The text of a field. */
export function textIn(fields: Fields, key: string): string {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return typeof value === 'string' ? value : '';
}

/** The list with a value in it or no more in it. */
export const toggled = (list: readonly string[], value: string): string[] =>
  list.includes(value) ? list.filter((one) => one !== value) : [...list, value];

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import {
  type ChangeCounts,
  commands,
  type EligibilityReport,
  type EvaluationReport,
  type NewPolicy,
  type PolicyEdit,
  type PolicyView,
} from './bindings';
import { CoreProblem, call } from './call';
import { client } from './client';

const CHANGED = ['policies', 'assets', 'risk', 'audit', 'vault'];
const WRAPPED = [...CHANGED, 'secrets', 'jobs'];
const refresh = (keys: readonly string[]) => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));

/** Every policy with its numbers. */
export const usePolicies = () => useQuery({ queryKey: ['policies'], queryFn: () => call<PolicyView[]>(commands.policiesList()) });

/** What a policy that is not saved would find, or which of its parts is wrong. */
export type Preview = { found: EvaluationReport } | { wrong: 'scope' | 'required'; problem: CoreProblem };

/** Nothing changes. */
export const UNCHANGED: ChangeCounts = { begin_to_fail: 0, begin_to_comply: 0, enter_failing: 0, enter_compliant: 0, leave: 0 };

/**
 * Asks the core what a policy would find, and of one that is edited what would change. It is asked again only where
 * something else is wanted.
 */
export const usePreview = (wanted: NewPolicy, edited: string | null) =>
  useQuery({
    queryKey: ['policy-preview', edited, wanted],
    queryFn: () => preview(wanted, edited),
    placeholderData: keepPreviousData,
  });

async function preview(wanted: NewPolicy, edited: string | null): Promise<Preview> {
  try {
    const [found] = await call<EvaluationReport[]>(
      edited === null ? commands.policiesPreview(wanted) : previewEdit(edited, wanted),
    );
    return {
      found: found ?? { policy: wanted.name, in_scope: 0, out_of_policy: 0, eligible: 0, changed: UNCHANGED, changes: [] },
    };
  } catch (problem) {
    if (!(problem instanceof CoreProblem) || problem.code !== 'invalid_input') throw problem;
    return { wrong: await wrongPart(wanted), problem };
  }
}

/** What changes who meets the policy; its name does not. */
const previewEdit = (policy: string, { name: _, description: __, ...edit }: NewPolicy) =>
  commands.policiesPreviewChange(policy, edit);

/** The part that the core does not take: the scope, where it is refused without the requirements too. */
async function wrongPart(wanted: NewPolicy): Promise<'scope' | 'required'> {
  const alone = await commands.policiesPreview({ ...wanted, required: '{}' });
  return alone.status === 'ok' ? 'required' : 'scope';
}

export const useAddPolicy = () =>
  useMutation({
    mutationFn: (wanted: NewPolicy) => call<PolicyView>(commands.policiesAdd(wanted)),
    onSuccess: () => refresh(CHANGED),
  });

export interface Edited {
  policy: string;
  edit: PolicyEdit;
}

export const useEditPolicy = () =>
  useMutation({
    mutationFn: ({ policy, edit }: Edited) => call<PolicyView>(commands.policiesEdit(policy, edit)),
    onSuccess: () => refresh(CHANGED),
  });

/** Evaluates one policy, or every active one. */
export const useEvaluate = () =>
  useMutation({
    mutationFn: (policy: string | null) => call<EvaluationReport[]>(commands.policiesEvaluate(policy, false)),
    onSuccess: () => refresh(CHANGED),
  });

/** Which assets in a policy's scope can be wrapped, and why others cannot: the counts of all, and the first of them. */
export const useEligible = (policy: string) =>
  useQuery({
    queryKey: ['policies', policy, 'eligible'],
    queryFn: () => call<EligibilityReport>(commands.policiesEligible(policy)),
  });

/** Wraps what fails a policy and can be wrapped. */
export const useApplyPolicy = () =>
  useMutation({
    mutationFn: (policy: string) => call(commands.policiesApply(policy)),
    onSettled: () => refresh(WRAPPED),
  });

export const useRemovePolicy = () =>
  useMutation({
    mutationFn: (policy: string) => call(commands.policiesRemove(policy)),
    onSuccess: () => refresh(CHANGED),
  });

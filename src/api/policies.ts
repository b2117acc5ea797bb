import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { commands, type EvaluationReport, type NewPolicy, type PolicyEdit, type PolicyView } from './bindings';
import { CoreProblem, call } from './call';
import { client } from './client';

const CHANGED = ['policies', 'assets', 'risk', 'audit', 'vault'];
const WRAPPED = [...CHANGED, 'secrets', 'jobs'];
const refresh = (keys: readonly string[]) => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));

/** Every policy with its numbers. */
export const usePolicies = () => useQuery({ queryKey: ['policies'], queryFn: () => call<PolicyView[]>(commands.policiesList()) });

/** What a policy that is not saved would find, or which of its parts is wrong. */
export type Preview = { found: EvaluationReport } | { wrong: 'scope' | 'required'; problem: CoreProblem };

/** Asks the core what a policy would find. It is asked again only where something else is wanted. */
export const usePreview = (wanted: NewPolicy) =>
  useQuery({
    queryKey: ['policy-preview', wanted],
    queryFn: () => preview(wanted),
    placeholderData: keepPreviousData,
  });

async function preview(wanted: NewPolicy): Promise<Preview> {
  try {
    const [found] = await call<EvaluationReport[]>(commands.policiesPreview(wanted));
    return { found: found ?? { policy: wanted.name, in_scope: 0, out_of_policy: 0, changes: [] } };
  } catch (problem) {
    if (!(problem instanceof CoreProblem) || problem.code !== 'invalid_input') throw problem;
    return { wrong: await wrongPart(wanted), problem };
  }
}

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

/** Which assets in a policy's scope can be wrapped, and why others cannot; the first hundred. */
export const useEligible = (policy: string) =>
  useQuery({ queryKey: ['policies', policy, 'eligible'], queryFn: () => call(commands.policiesEligible(policy)) });

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

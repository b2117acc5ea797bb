import { useCallback } from 'react';
import type { PolicyView } from '@/api/bindings';
import { useAddPolicy, useEditPolicy } from '@/api/policies';
import { visible } from '@/components/Foreign';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { type Draft, draftOf, editOf, newPolicy } from './draft';

/** Makes or changes a policy, and offers to take a change back. */
export function useSave(policy: PolicyView | null) {
  const adding = useAddPolicy();
  const editing = useEditPolicy();
  const add = useAct(adding);
  const edit = useAct(editing);
  const toast = useToast();
  const save = useCallback(
    async (draft: Draft) => {
      const saved = policy ? await edit({ policy: policy.id, edit: editOf(draft) }) : await add(newPolicy(draft));
      if (!saved) return undefined;
      const text = `“${visible(saved.name)}” ${policy ? 'saved' : 'made'} and evaluated.`;
      const undo = policy && { undo: () => edit({ policy: policy.id, edit: editOf(draftOf(policy)) }) };
      toast({ text, tone: 'good', ...undo });
      return saved;
    },
    [policy, add, edit, toast],
  );
  return { save, busy: adding.isPending || editing.isPending, problem: adding.error ?? editing.error };
}

import { useCallback } from 'react';
import type { PolicyEdit, PolicyView } from '@/api/bindings';
import { useEditPolicy } from '@/api/policies';
import { visible } from '@/components/Foreign';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';

type Turned = Pick<PolicyEdit, 'is_active' | 'mode'>;

/** Turns a policy on or off, or to another mode, and offers to turn it back. */
export function useSwitch(policy: PolicyView) {
  const editing = useEditPolicy();
  const edit = useAct(editing);
  const toast = useToast();
  const { id, is_active, enforcement_mode } = policy;
  const turn = useCallback(
    async (turned: Turned) => {
      const saved = await edit({ policy: id, edit: turned });
      if (!saved) return;
      const back: Turned = { is_active, mode: enforcement_mode };
      toast({ text: told(saved, turned), tone: 'good', undo: () => edit({ policy: id, edit: back }) });
    },
    [id, is_active, enforcement_mode, edit, toast],
  );
  return { turn, busy: editing.isPending };
}

function told(policy: PolicyView, turned: Turned): string {
  const name = `“${visible(policy.name)}”`;
  if (turned.mode) return `${name} is enforced now: what fails it may be wrapped.`;
  return turned.is_active ? `${name} is active.` : `${name} is inactive.`;
}

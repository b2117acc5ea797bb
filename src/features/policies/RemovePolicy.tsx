import type { PolicyView } from '@/api/bindings';
import { useRemovePolicy } from '@/api/policies';
import { ConfirmDialog } from '@/components/Dialog';
import { visible } from '@/components/Foreign';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';

const TYPABLE = 40;

/** Removes a policy, once its name is typed. */
export function RemovePolicy({ policy, onClose, onRemoved }: { policy: PolicyView; onClose: () => void; onRemoved: () => void }) {
  const removing = useRemovePolicy();
  const remove = useAct(removing);
  const toast = useToast();
  const confirm = async () => {
    // A removal answers null; what came to nothing, undefined.
    if ((await remove(policy.id)) === undefined) return;
    toast({ text: `“${visible(policy.name)}” was removed.`, tone: 'info' });
    onRemoved();
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Remove the policy?"
      act="Remove the policy"
      busy={removing.isPending}
      typed={typable(policy.name)}
      onConfirm={confirm}
    >
      <p>
        The policy and its evaluations are lost. What was wrapped under it stays wrapped, and the audit log keeps what was done.
        To only stop it from counting, deactivate it.
      </p>
    </ConfirmDialog>
  );
}

/** The name, where a person can be asked to type it. */
function typable(name: string): string {
  return name.length <= TYPABLE && visible(name) === name ? name.trim() : 'remove';
}

import { useCallback } from 'react';
import { useEditAssets } from '@/api/assets';
import type { AssetEdit } from '@/api/bindings';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { counted } from './words';

/** Changes what assets mean, and offers to take it back. */
export function useEdit() {
  const mutation = useEditAssets();
  const act = useAct(mutation);
  const toast = useToast();
  const edit = useCallback(
    async (assets: string[], change: AssetEdit) => {
      const edited = await act([{ assets, edit: change }]);
      if (!edited) return false;
      if (edited.changed === 0) {
        toast({ text: 'Nothing to change: they are so already.' });
        return true;
      }
      const undo = async () => {
        if (await act(edited.undo)) toast({ text: 'Changed back.' });
      };
      toast({ text: `${counted(edited.changed, 'asset')} changed.`, tone: 'good', undo });
      return true;
    },
    [act, toast],
  );
  return { edit, busy: mutation.isPending };
}

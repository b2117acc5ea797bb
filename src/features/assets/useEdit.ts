import { useCallback } from 'react';
import { type Edit, useEditAssets } from '@/api/assets';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { undoOf } from './edits';
import { counted } from './words';

/** Changes what assets mean, and offers to take it back. */
export function useEdit() {
  const mutation = useEditAssets();
  const act = useAct(mutation);
  const toast = useToast();
  const edit = useCallback(
    async (edits: readonly Edit[]) => {
      const edited = await act(edits);
      if (!edited) return false;
      const undo = async () => {
        if (await act(undoOf(edited))) toast({ text: 'Changed back.' });
      };
      toast({ text: `${counted(edited.length, 'asset')} changed.`, tone: 'good', undo });
      return true;
    },
    [act, toast],
  );
  return { edit, busy: mutation.isPending };
}

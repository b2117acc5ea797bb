import { useCallback } from 'react';
import { useWrapAssets, type Wrapped } from '@/api/protection';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { counted } from './words';

/** Wraps what assets hold, and tells what became of it. */
export function useWrap() {
  const mutation = useWrapAssets();
  const act = useAct(mutation);
  const toast = useToast();
  const wrap = useCallback(
    async (assets: readonly string[]) => {
      const wrapped = await act(assets);
      if (wrapped) toast(told(wrapped));
    },
    [act, toast],
  );
  return { wrap, busy: mutation.isPending };
}

function told({ assets, secrets, failed }: Wrapped) {
  const [first] = failed;
  if (first) {
    const others = failed.length > 1 ? ` ${counted(failed.length - 1, 'other')} failed too.` : '';
    return {
      text: `${counted(assets, 'asset')} wrapped; ${first.location} was not: ${first.why}.${others}`,
      tone: 'bad' as const,
    };
  }
  if (secrets === 0) return { text: 'Nothing to wrap: add key material to the asset first.', tone: 'info' as const };
  return { text: `${counted(secrets, 'secret')} of ${counted(assets, 'asset')} wrapped.`, tone: 'good' as const };
}

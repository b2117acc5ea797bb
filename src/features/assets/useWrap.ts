import { useCallback } from 'react';
import { useAnchors } from '@/api/anchors';
import { useWrapAssets } from '@/api/assets';
import type { AssetSummary, WrappedMany } from '@/api/bindings';
import { type ToastContent, useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import { counted, ENVIRONMENTS } from './words';

/** Wraps what assets hold, and tells what became of it; what is missing is said with the way to it. */
export function useWrap() {
  const mutation = useWrapAssets();
  const act = useAct(mutation);
  const toast = useToast();
  const goTo = useGoTo();
  const anchors = useAnchors().data;
  const wrap = useCallback(
    async (assets: readonly AssetSummary[]) => {
      const bare = assets.find(({ environment }) => !anchors?.some((one) => one.is_active && one.environment === environment));
      if (anchors && bare) {
        const text = `${ENVIRONMENTS[bare.environment]} has no active anchor to wrap under yet.`;
        toast({ text, tone: 'bad', action: { label: 'Make one', run: () => goTo('/anchors') } });
        return;
      }
      const wrapped = await act(assets.map(({ id }) => id));
      if (wrapped) toast(told(wrapped, (id) => goTo('/assets', { open: id, tab: 'secrets' })));
    },
    [act, toast, goTo, anchors],
  );
  return { wrap, busy: mutation.isPending };
}

function told({ assets, secrets, bare, failed }: WrappedMany, show: (asset: string) => void): ToastContent {
  const [first] = failed;
  if (first) {
    const others = failed.length > 1 ? ` ${counted(failed.length - 1, 'other')} failed too.` : '';
    const text = `${counted(assets, 'asset')} wrapped; ${first.location} was not: ${first.why}.${others}`;
    return { text, tone: 'bad', action: { label: 'Show it', run: () => show(first.asset_id) } };
  }
  const [empty] = bare;
  if (empty && assets === 0) {
    const text = bare.length === 1 ? 'It has no key material to wrap yet.' : 'None of them has key material to wrap yet.';
    return { text, action: { label: 'Add some', run: () => show(empty) } };
  }
  const left = bare.length > 0 ? ` ${counted(bare.length, 'asset')} had nothing to wrap.` : '';
  return { text: `${counted(secrets, 'secret')} of ${counted(assets, 'asset')} wrapped.${left}`, tone: 'good' };
}

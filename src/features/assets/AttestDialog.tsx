import { useAttest } from '@/api/attestations';
import type { AssetSummary } from '@/api/bindings';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { useToast } from '@/components/Toast';
import { ChainSetup, useChainSetup } from '@/features/attestations/ChainSetup';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import { counted } from './words';

/** Asks before transactions are paid for. */
export function AttestDialog({ assets, onClose }: { assets: readonly AssetSummary[]; onClose: () => void }) {
  const attest = useAttest();
  const act = useAct(attest);
  const toast = useToast();
  const goTo = useGoTo();
  const setup = useChainSetup();
  const wrapped = assets.filter((asset) => asset.wrapper_enabled);
  const submit = async () => {
    const batch = await act({ assets: wrapped.map(({ id }) => id) });
    if (!batch) return;
    onClose();
    toast({ text: `Attesting ${counted(wrapped.length, 'asset')}.`, tone: 'good' });
    if (wrapped.length > 1) goTo('/attestation', { open: batch });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Attest ${counted(wrapped.length, 'asset')}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={attest.isPending}
            disabled={wrapped.length === 0 || (setup.known && !setup.ready)}
            onClick={submit}
          >
            Sign and send
          </Button>
        </>
      }
    >
      <p>
        That an asset is wrapped, and how, is recorded on the chain: one transaction for each, signed and paid for by the active
        account. What is recorded holds hashes and states, no key and no secret. It cannot be taken back.
      </p>
      <ChainSetup setup={setup} />
      {wrapped.length < assets.length && (
        <p>{counted(assets.length - wrapped.length, 'asset')} without wrapped material cannot be attested yet: wrap first.</p>
      )}
    </Dialog>
  );
}

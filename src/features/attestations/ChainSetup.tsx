import { CircleCheck, CircleDashed } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useDeploy, useSigners } from '@/api/attestations';
import { useConfig, useSet } from '@/api/config';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { ConfirmDialog } from '@/components/Dialog';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import styles from './Attestations.module.css';
import { SignerDialog } from './SignerDialog';

/** What attesting needs, and how far that is there. */
export function useChainSetup() {
  const config = useConfig();
  const signers = useSigners();
  const chain = config.data?.chain;
  const signer = signers.data?.find((one) => one.is_active);
  const known = config.isSuccess && signers.isSuccess;
  return { known, chain, signer, ready: Boolean(chain?.rpc_url && chain.contract && signer) };
}

/** The parts that are missing, each with what brings it. Nothing where all are there. */
export function ChainSetup({ setup }: { setup: ReturnType<typeof useChainSetup> }) {
  const [choosing, setChoosing] = useState(false);
  const goTo = useGoTo();
  const { known, chain, signer, ready } = setup;
  if (!known || ready) return null;
  return (
    <section className={styles.setup} aria-label="What attesting needs">
      <Part
        done={Boolean(chain?.rpc_url)}
        text={chain?.rpc_url ? `A node of chain ${chain.chain_id ?? 'unknown'}` : 'The address of a node, and its chain’s number'}
        action={<Button onClick={() => goTo('/settings', { section: 'chain' })}>Set it</Button>}
      />
      <Part
        done={Boolean(signer)}
        text={signer ? <SignerName name={signer.name} address={signer.address} /> : 'An account that signs the transactions'}
        action={<Button onClick={() => setChoosing(true)}>Choose one</Button>}
      />
      <Part
        done={Boolean(chain?.contract)}
        text={chain?.contract ? <Copyable text={chain.contract} label="registry" /> : 'The registry’s address on that chain'}
        action={<Deploy disabled={!chain?.rpc_url || !signer} />}
      />
      {choosing && <SignerDialog onClose={() => setChoosing(false)} />}
    </section>
  );
}

function SignerName({ name, address }: { name: string; address: string }) {
  return (
    <span>
      Account {name} <Copyable text={address} label="address" />
    </span>
  );
}

function Part({ done, text, action }: { done: boolean; text: ReactNode; action: ReactNode }) {
  const Icon = done ? CircleCheck : CircleDashed;
  return (
    <div className={styles.part} data-done={done || undefined}>
      <Icon aria-label={done ? 'There' : 'Missing'} />
      <span>{text}</span>
      {!done && action}
    </div>
  );
}

/** Puts a registry of one's own on the chain, and has the configuration name it. */
function Deploy({ disabled }: { disabled: boolean }) {
  const [asked, setAsked] = useState(false);
  const deploying = useDeploy();
  const deploy = useAct(deploying);
  const set = useAct(useSet());
  const toast = useToast();
  const run = async () => {
    const address = await deploy(undefined);
    setAsked(false);
    if (address && (await set({ key: 'chain.contract', value: address })))
      toast({ text: `The registry is at ${address}.`, tone: 'good' });
  };
  return (
    <>
      <Button disabled={disabled} onClick={() => setAsked(true)}>
        Deploy one
      </Button>
      <ConfirmDialog
        open={asked}
        onClose={() => setAsked(false)}
        title="Deploy the registry?"
        act="Send the transaction"
        busy={deploying.isPending}
        onConfirm={run}
      >
        <p>
          This sends one real transaction from the active account. What it costs is limited by the setting “chain.max_cost_gwei”.
        </p>
      </ConfirmDialog>
    </>
  );
}

import { useState } from 'react';
import { useAssetCounts } from '@/api/assets';
import { useAttest } from '@/api/attestations';
import type { AssetStatus, Environment, RiskLevel } from '@/api/bindings';
import { useConfig } from '@/api/config';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { FilterBar } from '@/components/FilterBar';
import { formatNumber } from '@/components/Format';
import { KeyValue } from '@/components/KeyValue';
import { ENVIRONMENTS, LEVELS, options, STATUSES } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';

interface Chosen {
  statuses: AssetStatus[];
  environments: Environment[];
  levels: RiskLevel[];
}

/** Chooses what a batch attests, and says how many that are and what they may cost before anything is sent. */
export function StartBatch({ onClose, onStarted }: { onClose: () => void; onStarted: (batch: string) => void }) {
  const [chosen, setChosen] = useState<Chosen>({ statuses: ['WRAPPED_PQC'], environments: [], levels: [] });
  const count = useAssetCounts({ ...chosen, sort: 'risk' });
  const chain = useConfig().data?.chain;
  const starting = useAttest();
  const start = useAct(starting);
  const total = count.data?.total ?? 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Attest assets"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={total === 0}
            busy={starting.isPending}
            onClick={async () => {
              const batch = await start(chosen);
              if (!batch) return;
              onStarted(batch);
              onClose();
            }}
          >
            Send {formatNumber(total)} {total === 1 ? 'attestation' : 'attestations'}
          </Button>
        </>
      }
    >
      <FilterBar
        filters={[
          { id: 'statuses', label: 'Status', options: options(STATUSES), chosen: chosen.statuses },
          { id: 'environments', label: 'Environment', options: options(ENVIRONMENTS), chosen: chosen.environments },
          { id: 'levels', label: 'Level', options: options(LEVELS), chosen: chosen.levels },
        ]}
        onChange={(id, values) => setChosen((before) => ({ ...before, [id]: values }))}
        onClear={() => setChosen({ statuses: [], environments: [], levels: [] })}
      />
      <KeyValue
        rows={[
          ['Assets', formatNumber(total)],
          ['Chain', chain?.chain_id ?? 'not set'],
          ['Confirmations', chain?.confirmations ?? 'the chain’s default'],
          ['Each costs at most', `${formatNumber(chain?.max_cost_gwei ?? 0)} gwei`],
        ]}
      />
      <p>
        One transaction for each asset is sent from the active account. Work that is interrupted goes on without sending twice.
      </p>
    </Dialog>
  );
}

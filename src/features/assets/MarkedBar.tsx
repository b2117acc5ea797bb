import { BadgeCheck, Package, Radar, X } from 'lucide-react';
import { useState } from 'react';
import type { AssetSummary } from '@/api/bindings';
import { Button, IconButton } from '@/components/Button';
import styles from './Assets.module.css';
import { AttestDialog } from './AttestDialog';
import { EditMarked } from './EditMarked';
import { RescanDialog } from './RescanDialog';
import { useWrap } from './useWrap';
import { counted } from './words';

/** What can be done with the marked assets: above the list's foot, so that no row moves. */
export function MarkedBar({ assets, onClear }: { assets: readonly AssetSummary[]; onClear: () => void }) {
  const [asks, setAsks] = useState<'rescan' | 'attest' | null>(null);
  const { wrap, busy } = useWrap();
  const close = () => setAsks(null);
  return (
    <div className={styles.marked} role="toolbar" aria-label="Acts on the marked assets">
      <strong role="status">{counted(assets.length, 'asset')} marked</strong>
      <EditMarked assets={assets} onDone={onClear} />
      <Button look="quiet" icon={<Radar aria-hidden="true" />} onClick={() => setAsks('rescan')}>
        Rescan
      </Button>
      <Button look="quiet" icon={<Package aria-hidden="true" />} busy={busy} onClick={() => wrap(assets)}>
        Wrap
      </Button>
      <Button look="quiet" icon={<BadgeCheck aria-hidden="true" />} onClick={() => setAsks('attest')}>
        Attest
      </Button>
      <IconButton label="Take all marks away" onClick={onClear}>
        <X aria-hidden="true" />
      </IconButton>
      {asks === 'rescan' && <RescanDialog assets={assets} onClose={close} />}
      {asks === 'attest' && <AttestDialog assets={assets} onClose={close} />}
    </div>
  );
}

import { BadgeCheck, MoreHorizontal, Package, Radar } from 'lucide-react';
import { useState } from 'react';
import { useAsset } from '@/api/assets';
import type { AssetDetail } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useExportBundle } from '@/api/secrets';
import { Button } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { Inspector } from '@/components/Inspector';
import { Menu } from '@/components/Menu';
import { Tabs } from '@/components/Tabs';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { useGoTo, useView } from '@/routes/useView';
import { AttestDialog } from './AttestDialog';
import { Attestation } from './detail/Attestation';
import { Facts } from './detail/Facts';
import { History } from './detail/History';
import { KeyMaterial } from './detail/KeyMaterial';
import { Summary } from './detail/Summary';
import { isScannable, RescanDialog } from './RescanDialog';
import { useWrap } from './useWrap';

/** Everything about one asset, beside the list. */
export function AssetInspector({ asset: name, onClose }: { asset: string; onClose: () => void }) {
  const { data: asset, error } = useAsset(name);
  return (
    <Inspector
      title={asset ? <Foreign text={asset.name} /> : 'Asset'}
      onClose={onClose}
      actions={asset && <Acts key={asset.id} asset={asset} />}
    >
      {asset && <Detail key={asset.id} asset={asset} />}
      {!asset && error && <ErrorCard {...sentences(error)} />}
      {!asset && !error && <Skeleton rows={12} />}
    </Inspector>
  );
}

function Detail({ asset }: { asset: AssetDetail }) {
  const view = useView();
  return (
    <Tabs
      value={view.text('tab') ?? 'summary'}
      onChange={(tab) => view.set({ tab: tab === 'summary' ? undefined : tab }, { replace: true })}
      tabs={[
        { id: 'summary', label: 'Summary', content: <Summary asset={asset} /> },
        { id: 'facts', label: 'Facts', content: <Facts asset={asset} /> },
        { id: 'history', label: 'History', content: <History asset={asset.id} /> },
        { id: 'secrets', label: 'Secrets', content: <KeyMaterial asset={asset} /> },
        { id: 'attestation', label: 'Attestation', content: <Attestation asset={asset} /> },
      ]}
    />
  );
}

function Acts({ asset }: { asset: AssetDetail }) {
  const [asks, setAsks] = useState<'rescan' | 'attest' | null>(null);
  const { wrap, busy } = useWrap();
  const exported = useExportBundle();
  const act = useAct(exported);
  const toast = useToast();
  const goTo = useGoTo();
  const close = () => setAsks(null);
  const exportBundle = async () => {
    if (await act(asset.id)) toast({ text: 'The bundle is written.', tone: 'good' });
  };
  return (
    <>
      {isScannable(asset) && (
        <Button icon={<Radar aria-hidden="true" />} onClick={() => setAsks('rescan')}>
          Rescan
        </Button>
      )}
      <Button icon={<Package aria-hidden="true" />} busy={busy} onClick={() => wrap([asset])}>
        Wrap
      </Button>
      <Button icon={<BadgeCheck aria-hidden="true" />} onClick={() => setAsks('attest')}>
        Attest
      </Button>
      <Menu
        label="More acts"
        trigger={<MoreHorizontal aria-hidden="true" />}
        items={[
          { id: 'export', label: 'Export its envelopes…', onSelect: exportBundle, disabled: !asset.wrapper_enabled },
          { id: 'log', label: 'Show it in the audit log', onSelect: () => goTo('/audit', { about: asset.id }) },
        ]}
      />
      {asks === 'rescan' && <RescanDialog assets={[asset]} onClose={close} />}
      {asks === 'attest' && <AttestDialog assets={[asset]} onClose={close} />}
    </>
  );
}

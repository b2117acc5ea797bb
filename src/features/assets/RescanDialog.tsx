import { useState } from 'react';
import type { AssetSummary, Environment, ScanRequest } from '@/api/bindings';
import { useStartScans } from '@/api/scans';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { AllowPrivate, allowsPrivate } from '@/features/scans/AllowPrivate';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import { counted } from './words';

/** Whether a scan can look at an asset again. */
export const isScannable = ({ type }: AssetSummary) => type === 'TLS_CERT' || type === 'API_ENDPOINT';

/** Looks at assets again; goes to the scan. */
export function RescanDialog({ assets, onClose }: { assets: readonly AssetSummary[]; onClose: () => void }) {
  const [allowPrivate, setAllowPrivate] = useState(allowsPrivate);
  const start = useStartScans();
  const act = useAct(start);
  const goTo = useGoTo();
  const scannable = assets.filter(isScannable);
  const left = assets.length - scannable.length;
  const submit = async () => {
    const scans = await act(requests(scannable, allowPrivate));
    if (!scans) return;
    onClose();
    goTo('/scans', { scan: scans.at(-1) });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Scan ${counted(scannable.length, 'asset')} again`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={start.isPending} disabled={scannable.length === 0} onClick={submit}>
            Scan again
          </Button>
        </>
      }
    >
      <p>Their facts and verdicts are replaced by what the scan sees; what they mean to you and their material stay.</p>
      {left > 0 && (
        <p>
          {counted(left, 'asset')} that no scan can reach {left === 1 ? 'is' : 'are'} left out.
        </p>
      )}
      <AllowPrivate checked={allowPrivate} onChange={setAllowPrivate} />
    </Dialog>
  );
}

/** One request for each environment. */
function requests(assets: readonly AssetSummary[], allowPrivate: boolean): ScanRequest[] {
  const byEnvironment = new Map<Environment, string[]>();
  for (const { environment, location } of assets) {
    byEnvironment.set(environment, [...(byEnvironment.get(environment) ?? []), location]);
  }
  return [...byEnvironment].map(([environment, targets]) => ({
    targets,
    environment,
    saved: false,
    save: false,
    scan_type: 'RESCAN',
    allow_private: allowPrivate,
  }));
}

import { useState } from 'react';
import { useStartScan } from '@/api/scans';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { counted } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { AllowPrivate, allowsPrivate } from './AllowPrivate';

/** The button that scans every active saved target again. */
export function ScanSaved({ count, onStarted }: { count: number; onStarted: (scan: string) => void }) {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Button disabled={count === 0} onClick={() => setAsks(true)}>
        Scan all saved
      </Button>
      {asks && <ScanSavedDialog count={count} onClose={() => setAsks(false)} onStarted={onStarted} />}
    </>
  );
}

interface ScanSavedDialogProps {
  count: number;
  onClose: () => void;
  onStarted: (scan: string) => void;
}

function ScanSavedDialog({ count, onClose, onStarted }: ScanSavedDialogProps) {
  const [allowPrivate, setAllowPrivate] = useState(allowsPrivate);
  const start = useStartScan();
  const act = useAct(start);
  const submit = async () => {
    const scan = await act({
      targets: [],
      environment: 'OTHER',
      save: false,
      saved: true,
      scan_type: 'RESCAN',
      allow_private: allowPrivate,
    });
    if (!scan) return;
    onClose();
    onStarted(scan);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Scan ${counted(count, 'saved target')}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={start.isPending} onClick={submit}>
            Scan
          </Button>
        </>
      }
    >
      <p>Every active target is looked at again, each in its own environment.</p>
      <AllowPrivate checked={allowPrivate} onChange={setAllowPrivate} />
    </Dialog>
  );
}

import { Plus } from 'lucide-react';
import { useCallback } from 'react';
import { sentences } from '@/api/call';
import { useScans } from '@/api/scans';
import { useTargets } from '@/api/targets';
import { Button } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { WithInspector } from '@/components/Inspector';
import { ScreenHeader } from '@/components/ScreenHeader';
import { SegmentedControl } from '@/components/SegmentedControl';
import { rememberedSearch } from '@/routes/environment';
import { useView } from '@/routes/useView';
import { NewScan } from './NewScan';
import { ScanInspector } from './ScanInspector';
import { ScanList } from './ScanList';
import { ScanSaved } from './ScanSaved';
import styles from './Scans.module.css';
import { TargetInspector } from './TargetInspector';
import { TargetList } from './TargetList';

type Part = 'new' | 'scans' | 'targets';

/** Looking at hosts: starting a scan, following it, and the targets that are scanned again. */
export default function Scans() {
  const view = useView();
  const scans = useScans();
  const targets = useTargets();
  const chosen = view.text('part');
  const first = scans.data?.length === 0 && !chosen;
  const part: Part = view.search.new || first ? 'new' : chosen === 'targets' ? 'targets' : 'scans';
  const scan = view.text('scan');
  const target = view.text('target');
  const show = useCallback(
    (next: Part) =>
      view.set({
        ...(next === 'targets' ? rememberedSearch('/scans', { part: next }) : { part: undefined }),
        new: next === 'new' || undefined,
        scan: undefined,
        target: undefined,
      }),
    [view],
  );
  const onStarted = useCallback(
    (started: string) => view.set({ new: undefined, part: undefined, target: undefined, scan: started }),
    [view],
  );
  const active = (targets.data ?? []).filter((one) => one.is_active).length;
  return (
    <WithInspector
      inspector={inspector(part, scan, target, view.set)}
      list={
        <>
          <ScreenHeader
            title="Scans"
            actions={
              <>
                {part === 'targets' && <ScanSaved count={active} onStarted={onStarted} />}
                {part !== 'new' && (
                  <Button look="primary" icon={<Plus aria-hidden="true" />} onClick={() => show('new')}>
                    New scan
                  </Button>
                )}
              </>
            }
          >
            <SegmentedControl
              label="Part"
              value={part}
              options={[
                { value: 'new', label: 'New scan' },
                { value: 'scans', label: 'Scans' },
                { value: 'targets', label: 'Saved targets' },
              ]}
              onChange={show}
            />
          </ScreenHeader>
          <div className={styles.pane}>
            {scans.isPending && <Skeleton />}
            {scans.isError && (
              <div className={styles.problem}>
                <ErrorCard {...sentences(scans.error)} action={<Button onClick={() => scans.refetch()}>Try again</Button>} />
              </div>
            )}
            {scans.data && part === 'new' && <NewScan onStarted={onStarted} />}
            {scans.data && part === 'scans' && (
              <ScanList scans={scans.data} open={scan} onOpen={(id) => view.set({ scan: id }, { replace: scan !== undefined })} />
            )}
            {scans.data && part === 'targets' && (
              <TargetList open={target} onOpen={(id) => view.set({ target: id }, { replace: target !== undefined })} />
            )}
          </div>
        </>
      }
    />
  );
}

function inspector(part: Part, scan: string | undefined, target: string | undefined, set: ReturnType<typeof useView>['set']) {
  if (part === 'scans' && scan) return <ScanInspector key={scan} scan={scan} onClose={() => set({ scan: undefined })} />;
  if (part === 'targets' && target) {
    return <TargetInspector key={target} target={target} onClose={() => set({ target: undefined })} />;
  }
  return null;
}

import { Server } from 'lucide-react';
import type { ScanOverview } from '@/api/bindings';
import { sentence, sentences } from '@/api/call';
import { useScan } from '@/api/scans';
import { Badge, Banner } from '@/components/Badge';
import { Button, LinkButton } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { visible } from '@/components/Foreign';
import { formatNumber, RelativeTime } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue } from '@/components/KeyValue';
import { counted } from '@/features/assets/words';
import { useGoTo } from '@/routes/useView';
import { Failures } from './Failures';
import { NotReached } from './NotReached';
import { Progress } from './Progress';
import styles from './Scans.module.css';
import { Seen } from './Seen';
import { KINDS, STATUSES } from './words';

/** One scan: how far it is, what it saw, what failed and what to do about it. */
export function ScanInspector({ scan: id, onClose }: { scan: string; onClose: () => void }) {
  const scan = useScan(id);
  if (scan.data?.id === id) return <Detail scan={scan.data} onClose={onClose} />;
  return (
    <Inspector title="Scan" onClose={onClose}>
      {scan.isError ? <ErrorCard {...sentences(scan.error)} /> : <Skeleton />}
    </Inspector>
  );
}

function Detail({ scan, onClose }: { scan: ScanOverview; onClose: () => void }) {
  const goTo = useGoTo();
  const status = STATUSES[scan.status];
  return (
    <Inspector
      title={
        <span className={styles.title}>
          {KINDS[scan.scan_type]} <Badge tone={status.tone}>{status.word}</Badge>
        </span>
      }
      onClose={onClose}
      actions={
        <Button
          icon={<Server aria-hidden="true" />}
          disabled={scan.scanned === 0}
          onClick={() => goTo('/assets', { scan: scan.id })}
        >
          Show {counted(scan.scanned, 'asset')}
        </Button>
      }
    >
      {scan.status === 'RUNNING' && <Progress scan={scan} />}
      {scan.not_reached > 0 && <NotReached scan={scan} />}
      {scan.error && <Banner tone="bad">{visible(sentence(scan.error))}</Banner>}
      <KeyValue rows={numbers(scan, (search) => goTo('/assets', { scan: scan.id, ...search }))} />
      {scan.failed > 0 && <Failures scan={scan} />}
      <Seen scan={scan} />
    </Inspector>
  );
}

type Numbers = readonly (readonly [string, React.ReactNode])[];

function numbers(scan: ScanOverview, show: (search: Record<string, string | string[]>) => void): Numbers {
  const link = (count: number, search: Record<string, string | string[]>) =>
    count === 0 ? '0' : <LinkButton onClick={() => show(search)}>{formatNumber(count)}</LinkButton>;
  return [
    ['Started', <RelativeTime key="started" at={scan.started_at} />],
    ...(scan.completed_at ? ([['Took', lasted(scan.started_at, scan.completed_at)]] as const) : []),
    ['Targets', formatNumber(scan.targets)],
    ['New assets', link(scan.new, { result: 'NEW' })],
    ['Changed', link(scan.updated, { result: 'UPDATED' })],
    ['As they were', link(scan.unchanged, { result: 'UNCHANGED' })],
    ['Vulnerable or not known', link(scan.non_pqc, { compliance: ['NON_COMPLIANT', 'UNKNOWN'] })],
  ];
}

function lasted(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 120) return counted(seconds, 'second');
  return seconds < 7_200 ? counted(Math.round(seconds / 60), 'minute') : counted(Math.round(seconds / 3_600), 'hour');
}

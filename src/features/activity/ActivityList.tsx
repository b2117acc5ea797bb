import { Play } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import type { JobView } from '@/api/bindings';
import { CoreProblem, sentences } from '@/api/call';
import { useJobs } from '@/api/jobs';
import { Badge } from '@/components/Badge';
import { Button } from '@/components/Button';
import { type Column, DataTable } from '@/components/DataTable';
import { EmptyState, ErrorCard } from '@/components/ErrorCard';
import { FilterBar } from '@/components/FilterBar';
import { formatNumber, RelativeTime } from '@/components/Format';
import { WithInspector } from '@/components/Inspector';
import { Progress } from '@/components/Progress';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useGoTo, useView } from '@/routes/useView';
import styles from './Activity.module.css';
import { JobInspector } from './JobInspector';
import { KINDS, storyOf } from './names';
import { useGoOn } from './useGoOn';

const NEWEST = 200;

const STANDS = [
  { value: 'running', label: 'Running' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'failed', label: 'Failed' },
  { value: 'done', label: 'Done' },
  { value: 'cancelled', label: 'Cancelled' },
];

const KIND_OPTIONS = Object.entries(KINDS).map(([value, { name }]) => ({ value, label: name }));

const COLUMNS: readonly Column<JobView>[] = [
  { id: 'kind', header: 'Work', width: 'minmax(104px, 1fr)', cell: (job) => KINDS[job.kind].name },
  { id: 'state', header: 'State', width: '140px', cell: (job) => <State job={job} /> },
  {
    id: 'progress',
    header: 'Progress',
    width: 'minmax(108px, 1.4fr)',
    cell: (job) => <Progress label={`Progress of ${KINDS[job.kind].name}`} done={job.done} total={job.total} />,
  },
  {
    id: 'failed',
    header: 'Failed',
    width: '72px',
    align: 'end',
    from: 520,
    cell: (job) => (job.failed > 0 ? formatNumber(job.failed) : ''),
  },
  { id: 'created', header: 'Started', width: '124px', from: 480, cell: (job) => <RelativeTime at={job.created_at} /> },
];

function State({ job }: { job: JobView }) {
  const { tone, word } = storyOf(job);
  return <Badge tone={tone}>{word}</Badge>;
}

/** All long work: what runs, what waits and for what, and how the rest ended. */
export default function ActivityList() {
  const view = useView();
  const jobs = useJobs(NEWEST);
  const [kinds, stands, open] = [view.list('kind'), view.list('state'), view.text('open')];
  const all = useMemo(() => jobs.data ?? [], [jobs.data]);
  const fits = (job: JobView) =>
    (kinds.length === 0 || kinds.includes(job.kind)) && (stands.length === 0 || stands.includes(storyOf(job).stand));
  const rows = all.filter(fits);
  const shown = all.find((job) => job.id === open);
  const show = useCallback((id: string | undefined) => view.set({ open: id }, { replace: open !== undefined }), [view, open]);
  const close = useCallback(() => show(undefined), [show]);
  const clear = () => view.set({ kind: undefined, state: undefined });
  return (
    <WithInspector
      inspector={shown ? <JobInspector key={shown.id} job={shown} onClose={close} /> : null}
      list={
        <>
          <ScreenHeader title="Activity" count={jobs.data?.length} actions={<GoOnAll jobs={all} />}>
            <FilterBar
              filters={[
                { id: 'state', label: 'State', options: STANDS, chosen: stands },
                { id: 'kind', label: 'Work', options: KIND_OPTIONS, chosen: kinds },
              ]}
              onChange={(id, chosen) => view.set({ [id]: chosen })}
              onClear={clear}
            />
          </ScreenHeader>
          {jobs.isError ? (
            <div className={styles.problem}>
              <ErrorCard
                {...sentences(jobs.error)}
                {...(jobs.error instanceof CoreProblem ? { code: jobs.error.code, request: jobs.error.request } : {})}
                action={<Button onClick={() => jobs.refetch()}>Try again</Button>}
              />
            </div>
          ) : (
            <DataTable
              label="Activity"
              columns={COLUMNS}
              rows={rows}
              rowId={(job) => job.id}
              open={open}
              onOpen={show}
              loading={jobs.isPending}
              empty={<NoJobs isFiltered={all.length > 0} onClear={clear} />}
            />
          )}
        </>
      }
    />
  );
}

/** Goes on with everything that stands still. */
function GoOnAll({ jobs }: { jobs: readonly JobView[] }) {
  const { goOn, isBusy } = useGoOn();
  const standing = jobs.filter((job) => job.interrupted && storyOf(job).goOn);
  if (standing.length === 0) return null;
  return (
    <Button look="primary" icon={<Play aria-hidden="true" />} busy={isBusy} onClick={() => goOn(standing)}>
      {standing.length === 1 ? 'Go on' : `Go on with all ${standing.length}`}
    </Button>
  );
}

function NoJobs({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const goTo = useGoTo();
  if (isFiltered)
    return <EmptyState title="No work fits these filters" action={<Button onClick={onClear}>Clear filters</Button>} />;
  return (
    <EmptyState
      title="No work yet"
      action={
        <Button look="primary" onClick={() => goTo('/scans', { new: true })}>
          Start a scan
        </Button>
      }
      example="Scan · Running · 131 of 218 targets"
    >
      Scans, wraps and attestations that take a while are listed here. They outlive a crash, and can be cancelled at any time.
    </EmptyState>
  );
}

import { sentences } from '@/api/call';
import { type Risk, useRisk } from '@/api/risk';
import { useStatus } from '@/api/vault';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { LevelBar } from '@/components/charts/LevelBar';
import { EmptyState, ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useGoTo } from '@/routes/useView';
import { Deadlines } from './Deadlines';
import { Harvest } from './Harvest';
import { levelsNow } from './lenses';
import { NextSteps } from './NextSteps';
import styles from './Overview.module.css';
import { ReportButton } from './ReportButton';
import { withoutCommands } from './steps';
import { Tiles } from './Tiles';
import { Trend } from './Trend';

/** How the organisation stands, and what to do next. Every number leads to what it counts. */
export default function Overview() {
  const risk = useRisk();
  const isEmpty = risk.data?.now.total_assets === 0;
  return (
    <>
      <ScreenHeader title="Overview" actions={risk.data && !isEmpty && <ReportButton />} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={styles.page} tabIndex={0} aria-label="Overview">
        <Warnings />
        {risk.isPending && <Skeleton rows={10} />}
        {risk.isError && (
          <ErrorCard {...sentences(risk.error)} action={<Button onClick={() => risk.refetch()}>Try again</Button>} />
        )}
        {risk.data && (isEmpty ? <Nothing /> : <Numbers {...risk.data} />)}
      </section>
    </>
  );
}

function Numbers({ now, trend, deadlines, harvest, next_steps }: Risk) {
  const goTo = useGoTo();
  return (
    <>
      <Tiles now={now} trend={trend} harvest={harvest} />
      <NextSteps steps={next_steps} />
      <Trend trend={trend} />
      <section className={styles.card} aria-label="Risk levels">
        <LevelBar title="Assets by risk level" parts={levelsNow(now)} onSelect={(level) => goTo('/assets', { level: [level] })} />
      </section>
      <Harvest totals={harvest} />
      <Deadlines deadlines={deadlines} />
    </>
  );
}

/** What weakens the vault; custody is where that is mended. */
function Warnings() {
  const goTo = useGoTo();
  const warnings = useStatus().data?.vault?.warnings ?? [];
  return warnings.map((warning) => (
    <Banner key={warning} tone="warn" action={<Button onClick={() => goTo('/custody')}>Go to custody</Button>}>
      <Foreign text={withoutCommands(warning)} />
    </Banner>
  ));
}

function Nothing() {
  const goTo = useGoTo();
  return (
    <EmptyState
      title="Find what a quantum computer could break"
      action={
        <Button look="primary" onClick={() => goTo('/scans', { new: true })}>
          Scan your first hosts
        </Button>
      }
      example="example.org, 10.0.0.7:8443, https://api.example.org/v1"
    >
      A scan looks at what your hosts offer. What it finds is counted here, with what to do about it.
    </EmptyState>
  );
}

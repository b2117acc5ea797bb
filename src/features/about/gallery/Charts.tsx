import { LevelBar } from '@/components/charts/LevelBar';
import { Sparkline } from '@/components/charts/Sparkline';
import { StackedArea } from '@/components/charts/StackedArea';
import { Timeline } from '@/components/charts/Timeline';
import styles from './Gallery.module.css';

const SERIES = [
  { id: 'pqc', label: 'Post-quantum', colour: 'var(--verdict-pqc)' },
  { id: 'hybrid', label: 'Hybrid', colour: 'var(--verdict-hybrid)' },
  { id: 'old', label: 'Quantum-vulnerable', colour: 'var(--verdict-vulnerable)' },
];

const POINTS = Array.from({ length: 24 }, (_, week) => ({
  at: new Date(Date.UTC(2026, 5, 1 + week * 7)).toISOString(),
  values: { pqc: 90 + week * 31, hybrid: 240 + week * 12 + (week % 3) * 20, old: 1_400 - week * 38 },
}));

const PARTS = [
  { id: 'LOW', label: 'Low', value: 812, colour: 'var(--level-low)' },
  { id: 'MEDIUM', label: 'Medium', value: 410, colour: 'var(--level-medium)' },
  { id: 'HIGH', label: 'High', value: 164, colour: 'var(--level-high)' },
  { id: 'CRITICAL', label: 'Critical', value: 23, colour: 'var(--level-critical)' },
];

const DEADLINES = [
  { id: 'cnsa-new', at: '2027-01-01', label: 'CNSA 2.0: new systems', missing: 120 },
  { id: 'ir-112', at: '2030-12-31', label: 'IR 8547: 112 bits deprecated', missing: 640 },
  { id: 'cnsa-web', at: '2030-12-31', label: 'CNSA 2.0: networks', missing: 0 },
  { id: 'cnsa-all', at: '2033-12-31', label: 'CNSA 2.0: everything', missing: 1_210 },
  { id: 'ir-all', at: '2035-12-31', label: 'IR 8547: disallowed', missing: 1_377 },
];

export function Charts() {
  return (
    <div className={styles.stack}>
      <StackedArea title="Verdicts by week" series={SERIES} points={POINTS} />
      <LevelBar title="Assets by level" parts={PARTS} />
      <Timeline title="Deadlines" deadlines={DEADLINES} now="2026-11-25T00:00:00.000Z" />
      <p className={styles.line}>
        Vulnerable <Sparkline label="Vulnerable" values={POINTS.map((point) => point.values.old)} />
      </p>
    </div>
  );
}

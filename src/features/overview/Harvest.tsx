import type { HarvestTotals } from '@/api/bindings';
import { LinkButton } from '@/components/Button';
import { LevelBar } from '@/components/charts/LevelBar';
import { HARVESTS } from '@/features/assets/words';
import { useGoTo } from '@/routes/useView';
import styles from './Overview.module.css';

/** How many assets stand so against what is recorded today and read later. */
export const harvestParts = (totals: HarvestTotals) => [
  { id: 'EXPOSED', label: HARVESTS.EXPOSED, value: totals.exposed, colour: 'var(--verdict-vulnerable)' },
  { id: 'NOT_KNOWN', label: HARVESTS.NOT_KNOWN, value: totals.not_known, colour: 'var(--verdict-unknown)' },
  { id: 'SAFE', label: HARVESTS.SAFE, value: totals.safe, colour: 'var(--verdict-pqc)' },
];

/** What is recorded today and read later, by the assumed arrival of a quantum computer; each part leads to its assets. */
export function Harvest({ totals }: { totals: HarvestTotals }) {
  const goTo = useGoTo();
  return (
    <section className={styles.card} aria-label="Recorded now, decrypted later">
      <LevelBar
        title={`What is recorded in ${totals.year}, if a quantum computer reads it from ${totals.arrival_year} on`}
        parts={harvestParts(totals)}
        onSelect={(harvest) => goTo('/assets', { harvest })}
      />
      <p className={styles.note}>
        For how many years data must stay secret, and the year that is assumed, are{' '}
        <LinkButton onClick={() => goTo('/settings', { section: 'harvest' })}>settings</LinkButton>; an asset can have a lifetime
        of its own.
      </p>
    </section>
  );
}

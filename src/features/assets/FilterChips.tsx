import { X } from 'lucide-react';
import { useDeadlines, usePolicyNames } from '@/api/assets';
import { visible } from '@/components/Foreign';
import type { Search } from '@/routes/router';
import type { useView } from '@/routes/useView';
import styles from './Assets.module.css';

const RESULTS: Record<string, string> = { NEW: 'new', UPDATED: 'changed', UNCHANGED: 'unchanged' };
const COMPLIANCES: Record<string, string> = {
  COMPLIANT: 'Hybrid or post-quantum',
  NON_COMPLIANT: 'Quantum-vulnerable',
  UNKNOWN: 'Not known',
};

/** What narrows the list beside the menus: each says what it is, and goes away by one click. */
export function FilterChips({ view }: { view: ReturnType<typeof useView> }) {
  const policies = usePolicyNames().data ?? [];
  const deadlines = useDeadlines().data ?? [];
  // What a menu shows as chosen needs no chip.
  const known = new Set([...policies, ...deadlines].map(({ id }) => id));
  const chips = chipsOf(view.search).filter(({ name }) => name === undefined || !known.has(name));
  if (chips.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label="Narrowed to">
      {chips.map(({ id, label, clears }) => (
        <li key={id}>
          <button type="button" className={styles.chip} aria-label={`No longer: ${label}`} onClick={() => view.set(clears)}>
            <bdi>{visible(label)}</bdi>
            <X aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

interface Chip {
  id: string;
  label: string;
  clears: Search;
  name?: string;
}

function chipsOf(search: Search): Chip[] {
  const chips: Chip[] = [];
  const said = (name: string) => (search[name] === undefined ? undefined : [search[name]].flat().map(String));
  const one = (name: string, label: (text: string) => string) => {
    const text = said(name)?.[0];
    if (text) chips.push({ id: name, label: label(text), clears: { [name]: undefined } });
  };
  one('tag', (tag) => `Tag: ${tag}`);
  const deadline = said('deadline')?.[0];
  if (deadline) {
    const label = `Misses the deadline ${deadline}`;
    chips.push({ id: 'deadline', name: deadline, label, clears: { deadline: undefined } });
  }
  const compliance = said('compliance');
  if (compliance) {
    const words = compliance.map((value) => COMPLIANCES[value] ?? value).join(' or ');
    chips.push({ id: 'compliance', label: words, clears: { compliance: undefined } });
  }
  const [standing = '', ...rest] = said('policy')?.[0]?.split(':') ?? [];
  if (rest.length > 0) {
    const name = rest.join(':');
    const words: Record<string, string> = { in_scope: 'In scope of', compliant: 'Compliant with', out_of: 'Out of' };
    chips.push({ id: 'policy', name, label: `${words[standing] ?? 'Policy'} ${name}`, clears: { policy: undefined } });
  }
  if (said('scan')) {
    const result = RESULTS[said('result')?.[0] ?? ''];
    const label = result ? `Seen by one scan, ${result}` : 'Seen by one scan';
    chips.push({ id: 'scan', label, clears: { scan: undefined, result: undefined } });
  }
  return chips;
}

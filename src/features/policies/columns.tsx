import type { PolicyView } from '@/api/bindings';
import { Badge } from '@/components/Badge';
import type { Column } from '@/components/DataTable';
import { Foreign } from '@/components/Foreign';
import { formatNumber, RelativeTime } from '@/components/Format';
import { Meter } from '@/components/Meter';
import { MODE_WORDS, SCOPES } from './words';

export const COLUMNS: readonly Column<PolicyView>[] = [
  { id: 'name', header: 'Policy', width: 'minmax(130px, 1.4fr)', cell: (row) => <Foreign text={row.name} /> },
  { id: 'scope', header: 'Scope', width: '120px', from: 780, cell: (row) => SCOPES[row.scope_type].label },
  {
    id: 'mode',
    header: 'Mode',
    width: '104px',
    from: 560,
    cell: (row) => (
      <Badge tone={row.enforcement_mode === 'ENFORCE' ? 'info' : 'neutral'}>{MODE_WORDS[row.enforcement_mode]}</Badge>
    ),
  },
  { id: 'state', header: 'State', width: '84px', cell: (row) => <StateBadge active={row.is_active} /> },
  {
    id: 'in_scope',
    header: 'In scope',
    width: '66px',
    align: 'end',
    cell: (row) => formatNumber(row.assets_in_scope),
  },
  {
    id: 'compliant',
    header: 'Compliant',
    width: 'minmax(106px, 1fr)',
    cell: (row) => (
      <Meter label="Compliant" part={row.assets_in_scope - row.non_compliant} whole={row.assets_in_scope} tone="good" />
    ),
  },
  {
    id: 'wrapped',
    header: 'Wrapped',
    width: 'minmax(116px, 1fr)',
    from: 560,
    cell: (row) => <Meter label="Wrapped" part={row.wrapped} whole={row.assets_in_scope} tone="info" />,
  },
  {
    id: 'evaluated',
    header: 'Evaluated',
    width: '110px',
    from: 990,
    cell: (row) => <RelativeTime at={row.last_evaluated_at} />,
  },
];

export function StateBadge({ active }: { active: boolean }) {
  return active ? <Badge tone="good">Active</Badge> : <Badge>Inactive</Badge>;
}

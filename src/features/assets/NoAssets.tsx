import { Button } from '@/components/Button';
import { EmptyState } from '@/components/ErrorCard';
import { useGoTo } from '@/routes/useView';

/** A list without rows: nothing was found yet, or nothing that is asked for. */
export function NoAssets({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const goTo = useGoTo();
  if (filtered) {
    return (
      <EmptyState title="No asset is like this" action={<Button onClick={onClear}>Clear filters</Button>}>
        Nothing that was found matches the search and every filter.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing was found yet"
      action={
        <Button look="primary" onClick={() => goTo('/scans', { new: true })}>
          Scan your first hosts
        </Button>
      }
      example="example.org, 10.0.0.7:8443, https://api.example.org/v1"
    >
      A scan looks at what your hosts offer, says whether a quantum computer could break it, and lists it here.
    </EmptyState>
  );
}

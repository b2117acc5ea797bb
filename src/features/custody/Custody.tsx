import { Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useSlots } from '@/api/slots';
import { Button } from '@/components/Button';
import { WithInspector } from '@/components/Inspector';
import { ScreenHeader } from '@/components/ScreenHeader';
import { SegmentedControl } from '@/components/SegmentedControl';
import { useView } from '@/routes/useView';
import { AddWay, type Start } from './AddWay';
import { DrillPart } from './DrillPart';
import { Machine } from './Machine';
import { MasterKey } from './MasterKey';
import { SlotInspector } from './SlotInspector';
import { Ways } from './Ways';

const PARTS = [
  { value: 'ways', label: 'Ways in' },
  { value: 'drill', label: 'Loss drill' },
  { value: 'machine', label: 'Devices' },
  { value: 'key', label: 'Locking and key' },
] as const;

type Part = (typeof PARTS)[number]['value'];

/** Custody: what opens the vault, what a loss would leave, and when it locks. */
export default function Custody() {
  const view = useView();
  const slots = useSlots();
  const [adding, setAdding] = useState<Start | null>(null);
  const part = PARTS.find((one) => one.value === view.text('part'))?.value ?? 'ways';
  const open = part === 'ways' ? slots.data?.find((slot) => slot.id === view.text('open')) : undefined;
  const close = useCallback(() => view.set({ open: undefined }), [view]);
  const show = (next: Part) => view.set({ part: next === 'ways' ? undefined : next, open: undefined });
  const add = () => setAdding('way');
  const parts = {
    ways: <Ways slots={slots} open={open?.id} onAdd={add} onShowDrill={() => show('drill')} />,
    drill: <DrillPart />,
    machine: <Machine />,
    key: <MasterKey />,
  };
  return (
    <WithInspector
      inspector={open ? <SlotInspector key={open.id} slot={open} all={slots.data ?? []} onClose={close} /> : null}
      list={
        <>
          <ScreenHeader
            title="Custody"
            count={slots.data?.length}
            actions={
              <>
                <Button onClick={() => setAdding('shares')}>New recovery set</Button>
                <Button look="primary" icon={<Plus aria-hidden="true" />} onClick={add}>
                  Add a way in
                </Button>
              </>
            }
          >
            <SegmentedControl label="Part of custody" value={part} options={PARTS} onChange={show} />
          </ScreenHeader>
          {parts[part]}
          {adding && <AddWay start={adding} onClose={() => setAdding(null)} />}
        </>
      }
    />
  );
}

import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { useFoundAssets } from '@/api/find';
import { useGoTo } from '@/routes/useView';
import { type Action, matching } from './actions';
import { Choices, type Group } from './Choices';
import styles from './Palette.module.css';
import { ShortcutHelp } from './ShortcutHelp';
import { useActions, useDestinations } from './useActions';
import type { usePalette } from './usePalette';

/** Goes to, acts on, finds. */
export default function CommandPalette({ shown, showKeys, close }: ReturnType<typeof usePalette>) {
  return (
    <>
      <Dialog.Root open={shown === 'palette'} onOpenChange={(open) => !open && close()}>
        <Dialog.Portal>
          <Dialog.Backdrop className={styles.backdrop} />
          <Dialog.Popup className={styles.popup} aria-label="Search or do">
            <Finder showKeys={showKeys} close={close} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <ShortcutHelp open={shown === 'keys'} onClose={close} />
    </>
  );
}

function Finder({ showKeys, close }: { showKeys: () => void; close: () => void }) {
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const groups = useGroups(useDeferredValue(text), showKeys);
  const all = groups.flatMap((group) => group.actions);
  const active = Math.min(at, all.length - 1);

  const run = (action: Action | undefined) => {
    if (!action) return;
    close();
    action.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const by = step[event.key];
    if (by !== undefined) setAt((active + by + all.length) % Math.max(1, all.length));
    else if (event.key === 'Enter') run(all[active]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className={styles.field}>
        <Search aria-hidden="true" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={all.length > 0 ? `${id}-${active}` : undefined}
          aria-label="Search or do"
          placeholder="Go to a screen, do something, or find an asset"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <Choices id={id} groups={groups} active={active} onLook={setAt} onRun={run} />
      {all.length === 0 && (
        <p className={styles.none} role="status">
          Nothing is called that. Try a screen, an act or a part of an asset’s name.
        </p>
      )}
    </>
  );
}

/** What fits the text: screens, acts and assets. */
function useGroups(text: string, showKeys: () => void): readonly Group[] {
  const destinations = useDestinations();
  const actions = useActions(showKeys);
  const found = useFoundAssets(text.trim());
  const goTo = useGoTo();
  const assets = (found.data ?? []).map((asset) => ({
    id: asset.id,
    label: asset.name,
    note: asset.location,
    isForeign: true,
    run: () => goTo('/assets', { open: asset.id }),
  }));
  return [
    { name: 'Go to', actions: matching(destinations, text) },
    { name: 'Do', actions: matching(actions, text) },
    { name: 'Assets', actions: assets },
  ].filter((group) => group.actions.length > 0);
}

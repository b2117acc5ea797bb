import { useEffect } from 'react';
import { Foreign } from '@/components/Foreign';
import { Kbd } from '@/components/Kbd';
import type { Action } from './actions';
import styles from './Palette.module.css';

export interface Choice extends Action {
  /** A second text, in grey. */
  note?: string;
  /** Whether the texts come from outside. */
  isForeign?: boolean;
}

export interface Group {
  name: string;
  actions: readonly Choice[];
}

export interface ChoicesProps {
  id: string;
  groups: readonly Group[];
  /** Counted over all groups. */
  active: number;
  onLook: (index: number) => void;
  onRun: (action: Action) => void;
}

/** The list below the field: the keyboard stays in the field, and moves the mark. */
export function Choices({ id, groups, active, onLook, onRun }: ChoicesProps) {
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  const firsts = groups.map((_, at) => groups.slice(0, at).reduce((sum, group) => sum + group.actions.length, 0));
  return (
    <div id={id} role="listbox" aria-label="Found" tabIndex={-1} className={styles.list}>
      {groups.map((group, at) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options in a list of our own
        <div key={group.name} role="group" aria-label={group.name}>
          <div className={styles.group} aria-hidden="true">
            {group.name}
          </div>
          {group.actions.map((action, within) => {
            const index = (firsts[at] ?? 0) + within;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keyboard
              <div
                key={action.id}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className={styles.choice}
                onPointerMove={() => index !== active && onLook(index)}
                onClick={() => onRun(action)}
              >
                <Label action={action} />
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

function Label({ action }: { action: Choice }) {
  return (
    <>
      <span className={styles.label}>{action.isForeign ? <Foreign text={action.label} /> : action.label}</span>
      {action.note && <span className={styles.note}>{<Foreign text={action.note} />}</span>}
      {action.keys && <Kbd keys={action.keys} />}
    </>
  );
}

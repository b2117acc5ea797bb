import { Bookmark, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button, IconButton } from '@/components/Button';
import { TextField } from '@/components/Field';
import { Popover } from '@/components/Popover';
import { useToast } from '@/components/Toast';
import type { useView } from '@/routes/useView';
import styles from './Assets.module.css';
import { addressOf, keptOf, shows, useSavedViews } from './savedViews';

export interface SavedViewsProps {
  view: ReturnType<typeof useView>;
  hidden: readonly string[];
  onHide: (hidden: string[]) => void;
}

/** Views under a name: filters, order and columns. */
export function SavedViews({ view, hidden, onHide }: SavedViewsProps) {
  const { views, save, remove, restore } = useSavedViews();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const toast = useToast();
  const current = views.find((one) => shows(view.search, one));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    save({ name: name.trim(), search: keptOf(view.search), hidden: [...hidden] });
    setName('');
    setOpen(false);
    toast({ text: `View “${name.trim()}” saved.`, tone: 'good' });
  };
  const drop = (dropped: string) => {
    remove(dropped);
    toast({ text: `View “${dropped}” removed.`, undo: () => restore(views) });
  };
  return (
    <Popover
      label="Saved views"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <>
          <Bookmark aria-hidden="true" />
          <span className={styles.viewName}>{current?.name ?? 'Views'}</span>
        </>
      }
    >
      {views.length > 0 && (
        <ul className={styles.views}>
          {views.map((one) => (
            <li key={one.name}>
              <button
                type="button"
                className={styles.viewOpen}
                aria-current={one === current || undefined}
                onClick={() => {
                  view.set({ ...addressOf(one.search), open: undefined });
                  onHide(one.hidden);
                  setOpen(false);
                }}
              >
                {one.name}
              </button>
              <IconButton label={`Remove the view ${one.name}`} onClick={() => drop(one.name)}>
                <X aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={submit} className={styles.form}>
        <TextField
          label="Save what is shown as"
          hint="Filters, order and columns are kept under this name."
          value={name}
          maxLength={40}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === ''}>
          Save view
        </Button>
      </form>
    </Popover>
  );
}

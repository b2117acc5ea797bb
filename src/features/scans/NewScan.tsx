import { FileUp, Radar } from 'lucide-react';
import { type FormEvent, useCallback, useState } from 'react';
import type { Environment, Picked } from '@/api/bindings';
import { useDroppedFiles } from '@/api/events';
import { useStartScan } from '@/api/scans';
import { useReadTargets, useTargets } from '@/api/targets';
import { Button } from '@/components/Button';
import { Checkbox, Select } from '@/components/Field';
import { visible } from '@/components/Foreign';
import { useToast } from '@/components/Toast';
import { counted, ENVIRONMENTS, options } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useUnsaved } from '@/routes/useUnsaved';
import { AllowPrivate, allowsPrivate } from './AllowPrivate';
import { HostsField, useLinesChecked } from './HostsField';
import { joined, targetsOf } from './lines';
import { ScanSaved } from './ScanSaved';
import styles from './Scans.module.css';

/** The start of a scan: what to look at, where it belongs, and one button. */
export function NewScan({ onStarted }: { onStarted: (scan: string) => void }) {
  const [text, setText] = useState('');
  const [environment, setEnvironment] = useState<Environment>('PROD');
  const [save, setSave] = useState(true);
  const [allowPrivate, setAllowPrivate] = useState(allowsPrivate);
  const unsaved = useUnsaved(text.trim() === '' ? null : 'hosts');
  const checked = useLinesChecked(text);
  const start = useStartScan();
  const act = useAct(start);
  const read = useReading(useCallback((more: string) => setText((before) => joined(before, more)), []));
  useDroppedFiles(read.take);
  const saved = (useTargets().data ?? []).filter((target) => target.is_active).length;
  const count = checked?.targets ?? 0;
  const ready = count > 0 && checked?.wrong === 0;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const targets = targetsOf(text);
    const scan = await act({ targets, environment, save, saved: false, scan_type: 'DISCOVERY', allow_private: allowPrivate });
    if (scan) begun(scan);
  };
  const begun = (scan: string) => {
    unsaved.done();
    onStarted(scan);
  };
  return (
    <div className={styles.start}>
      <form className={styles.startForm} onSubmit={submit}>
        <HostsField text={text} onChange={setText} checked={checked} />
        <div className={styles.startRow}>
          <Button icon={<FileUp aria-hidden="true" />} busy={read.busy} onClick={() => read.take(null)}>
            Choose a file…
          </Button>
          <span className={styles.note}>or drop a list anywhere on this window</span>
        </div>
        <div className={styles.choices}>
          <Select label="Environment" value={environment} options={options(ENVIRONMENTS)} onChange={setEnvironment} />
          <div className={styles.checks}>
            <Checkbox
              label="Save as targets"
              hint="So that all of them can be scanned again by one click"
              checked={save}
              onChange={setSave}
            />
            <AllowPrivate checked={allowPrivate} onChange={setAllowPrivate} />
          </div>
        </div>
        <div className={styles.foot}>
          <Button type="submit" look="primary" icon={<Radar aria-hidden="true" />} busy={start.isPending} disabled={!ready}>
            {count > 0 ? `Scan ${counted(count, 'target')}` : 'Scan'}
          </Button>
          <span className={styles.note}>Only public facts of a handshake are read; nothing is changed on the hosts.</span>
        </div>
      </form>
      {unsaved.question}
      {saved > 0 && (
        <aside className={styles.saved} aria-label="Saved targets">
          <h2>Scan again</h2>
          <p>
            {counted(saved, 'target')} {saved === 1 ? 'is' : 'are'} saved and can be scanned again by one click.
          </p>
          <ScanSaved count={saved} onStarted={onStarted} />
        </aside>
      )}
    </div>
  );
}

/** Reads lists from files that are dropped or chosen. */
function useReading(onText: (text: string) => void) {
  const reading = useReadTargets();
  const act = useAct(reading);
  const toast = useToast();
  const take = useCallback(
    async (files: readonly Picked[] | null) => {
      const got = await act(files);
      if (!got || got.names.length === 0) return;
      onText(got.text);
      toast({ text: `${got.names.map(visible).join(', ')} added to the list.`, tone: 'good' });
    },
    [act, toast, onText],
  );
  return { take, busy: reading.isPending };
}

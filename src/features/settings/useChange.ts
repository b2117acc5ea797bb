import { useState } from 'react';
import type { Setting, Value } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useSet } from '@/api/config';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { inLabels, isDefault, named, written } from './words';

/** An address may carry a key, so it is shown without: what is shown is not what the file says. */
export const isConcealed = (setting: Setting) => setting.key === 'chain.rpc_url';

/** Changes one setting. A refusal is told at its field; a change can be taken back from a toast. */
export function useChange(setting: Setting, now: Value) {
  const [refused, setRefused] = useState<string>();
  const writing = useSet();
  const tell = (problem: unknown) => {
    const { what, remedy } = sentences(problem);
    setRefused(inLabels(remedy ? `${what} ${remedy}` : what, setting));
  };
  const set = useAct(writing, tell);
  const toast = useToast();
  const { label } = named(setting.key);

  /** Writes it; the default where there is no value. True where that is in force now. */
  const change = async (value: string | null): Promise<boolean> => {
    setRefused(undefined);
    if ((await set({ key: setting.key, value })) === undefined) return false;
    const before = isDefault(setting, now) ? null : written(now);
    const undo = () => set({ key: setting.key, value: before });
    toast({
      text: value === null ? `${label}: the default holds again.` : `${label} was changed.`,
      tone: 'good',
      ...(isConcealed(setting) ? {} : { undo }),
    });
    return true;
  };
  return { change, refused, busy: writing.isPending };
}

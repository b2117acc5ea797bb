import { type FormEvent, useMemo, useState } from 'react';
import type { PolicyView } from '@/api/bindings';
import { CoreProblem, sentences } from '@/api/call';
import { type Preview, usePreview } from '@/api/policies';
import { Button } from '@/components/Button';
import { RadioCards, TextField } from '@/components/Field';
import { JsonEditor } from '@/components/JsonEditor';
import { Section } from '@/components/KeyValue';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useUnsaved } from '@/routes/useUnsaved';
import { type Draft, draftOf, NEW, newPolicy } from './draft';
import styles from './Policies.module.css';
import { PreviewBand } from './PreviewBand';
import { RequiredChoices } from './RequiredChoices';
import { ScopeBuilder } from './ScopeBuilder';
import { useSave } from './useSave';
import { useSettled } from './useSettled';
import { MODES, STRATEGIES } from './words';

const PAUSE_MS = 300;

/** A policy as it is made or changed, with what it would find. */
export function PolicyEditor({ policy, onClose }: { policy: PolicyView | null; onClose: (saved?: string) => void }) {
  const [draft, setDraft] = useState<Draft>(() => (policy ? draftOf(policy) : NEW));
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const saving = useSave(policy);
  const start = policy ? draftOf(policy) : NEW;
  const unsaved = useUnsaved(JSON.stringify(draft) === JSON.stringify(start) ? null : 'policy');
  const preview = usePreview(useWanted(draft), policy?.id ?? null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await saving.save(draft);
    if (!saved) return;
    unsaved.done();
    onClose(saved.id);
  };
  return (
    <form className={styles.editor} onSubmit={submit} aria-label={policy ? 'Edit policy' : 'New policy'}>
      <ScreenHeader
        title={policy ? 'Edit policy' : 'New policy'}
        actions={
          <>
            <Button onClick={() => unsaved.leave(onClose)}>Cancel</Button>
            <Button look="primary" type="submit" busy={saving.busy} disabled={draft.name.trim() === ''}>
              {policy ? 'Save' : 'Make the policy'}
            </Button>
          </>
        }
      />
      <div className={styles.form}>
        <Naming draft={draft} problem={saving.problem} onChange={change} />
        <Definition draft={draft} preview={preview.data} onChange={change} />
        <div className={styles.pair}>
          <Section title="What is enough">
            <RadioCards
              legend="What is enough"
              value={draft.strategy}
              options={STRATEGIES}
              onChange={(strategy) => change({ strategy })}
            />
          </Section>
          <Section title="What it does">
            <RadioCards legend="What it does" value={draft.mode} options={MODES} onChange={(mode) => change({ mode })} />
          </Section>
        </div>
      </div>
      <PreviewBand preview={preview} saved={policy} />
      {unsaved.question}
    </form>
  );
}

interface PartProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

/** What is asked of the core: not again for each letter, and not for another name. */
function useWanted(draft: Draft) {
  const { scope_type, scope_definition, required, strategy, mode } = draft;
  const wanted = useMemo(
    () => newPolicy({ name: 'preview', description: '', scope_type, scope_definition, required, strategy, mode }),
    [scope_type, scope_definition, required, strategy, mode],
  );
  return useSettled(wanted, PAUSE_MS);
}

function Naming({ draft, problem, onChange }: PartProps & { problem: unknown }) {
  const taken = problem instanceof CoreProblem && problem.code === 'conflict';
  return (
    <div className={styles.pair}>
      <TextField
        label="Name"
        required
        autoFocus
        maxLength={200}
        value={draft.name}
        error={taken ? 'Another policy has this name. Choose another.' : undefined}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <TextField
        label="What it is for"
        maxLength={2000}
        value={draft.description}
        onChange={(event) => onChange({ description: event.target.value })}
      />
    </div>
  );
}

/** The two parts that are JSON, each beside its guided fields. */
function Definition({ draft, preview, onChange }: PartProps & { preview: Preview | undefined }) {
  const wrong = preview && 'wrong' in preview ? preview : undefined;
  const errorAt = (part: 'scope' | 'required') => (wrong?.wrong === part ? told(wrong.problem) : undefined);
  return (
    <>
      <Section title="Which assets">
        <div className={styles.pair}>
          <ScopeBuilder draft={draft} onChange={onChange} />
          <JsonEditor
            label="Scope as JSON"
            value={draft.scope_definition}
            error={errorAt('scope')}
            rows={linesOf(draft.scope_definition)}
            onChange={(scope_definition) => onChange({ scope_definition })}
          />
        </div>
      </Section>
      <Section title="What they must use">
        <div className={styles.pair}>
          <RequiredChoices text={draft.required} onChange={(required) => onChange({ required })} />
          <JsonEditor
            label="Requirements as JSON"
            value={draft.required}
            error={errorAt('required')}
            rows={linesOf(draft.required)}
            onChange={(required) => onChange({ required })}
          />
        </div>
      </Section>
    </>
  );
}

const linesOf = (text: string) => Math.max(6, Math.min(16, text.split('\n').length + 1));

function told(problem: CoreProblem): string {
  const { what, remedy } = sentences(problem);
  return remedy ? `${what} ${remedy}` : what;
}

import type { Draft } from '@/api/bindings';
import { tellDrafts } from '@/api/drafts';

// What is typed into the forms in sight and not saved.

/** What would be lost, by its form. */
const LOST: Record<Draft, string> = {
  policy: 'the policy as it is written here',
  secret: 'the secret that is being added',
  hosts: 'the list of hosts to scan',
  asset: 'the asset that is being added',
  anchor: 'the anchor that is being made',
  account: 'the account that is being added',
  field: 'what is typed into a field',
};

const held = new Map<string, Draft>();

/** Holds a form's draft until what comes back is called. */
export function hold(form: string, draft: Draft) {
  held.set(form, draft);
  tell();
  return () => {
    held.delete(form);
    tell();
  };
}

/** What would be lost now, in words; nothing where nothing would. */
export function lostNow(): string | undefined {
  const lost = drafts().map(lostWords);
  return lost.length > 0 ? lost.join(', ') : undefined;
}

export const lostWords = (draft: Draft): string => LOST[draft];

const drafts = () => [...new Set(held.values())];
const tell = () => tellDrafts(drafts());

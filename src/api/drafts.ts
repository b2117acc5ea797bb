import { commands, type Draft } from './bindings';

/** Says what is typed and not saved, so that the core asks before the window is closed. */
export const tellDrafts = (drafts: Draft[]) => void commands.draftsHold(drafts);

import type { Problem, Status } from '../bindings';
import { WORLD } from './world';

type Answer = (payload: Record<string, unknown>) => unknown;

/** Commands that say how things are: they answer the same in every circumstance. */
const GROUND = new Set(['vault_status', 'ask_open', 'config_show', 'config_settings', 'slots_advice']);

const PROBLEM: Problem = {
  code: 'internal',
  message: 'the database could not be read; look at the disk, then try again',
  request: '0192f0c4-7a10-7000-8000-0000000000ff',
};

/** The answer without the rows it has. */
function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (value === null || typeof value !== 'object' || !('items' in value)) return value;
  return { ...value, items: [], next: null };
}

function withStatus(change: (status: Status) => Status): Answer {
  return (payload) => change(WORLD.vault_status?.(payload) as Status);
}

/** What is asked to be shown, by its name in the address: `?world=empty`. */
export function answerOf(world: string | null, command: string): Answer | undefined {
  const usual = WORLD[command];
  if (!usual) return undefined;
  if (command === 'vault_status' && world === 'first-run') return withStatus((status) => ({ ...status, vault: null }));
  if (command === 'vault_status' && world === 'locked') {
    return withStatus(({ vault, ...status }) => ({
      ...status,
      readable_while_locked: false,
      vault: vault && { ...vault, session: { state: 'locked' } },
    }));
  }
  if (GROUND.has(command)) return usual;
  if (world === 'empty') return (payload) => emptied(usual(payload));
  if (world === 'failing') {
    return () => {
      throw PROBLEM;
    };
  }
  return usual;
}

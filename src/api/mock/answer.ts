import { WORLD } from './world';
import { inWorld } from './worlds';

type Payload = Record<string, unknown>;

/** What the core would answer, by the command's name. An unknown command fails as it would there. */
export function answer(command: string, payload: Payload): unknown {
  const found = WORLD[command];
  if (!found)
    throw { code: 'internal', message: `no made-up answer to ${command}`, request: '00000000-0000-7000-8000-000000000000' };
  return inWorld(command, () => found(payload));
}

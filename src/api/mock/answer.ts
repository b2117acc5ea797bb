import { WORLD } from './world';

type Payload = Record<string, unknown>;

/** What the core would answer, by the command's name. An unknown command fails as it would there. */
export function answer(command: string, payload: Payload): unknown {
  const found = WORLD[command];
  if (!found)
    throw { code: 'INTERNAL', message: `no made-up answer to ${command}`, request: '00000000-0000-7000-8000-000000000000' };
  return found(payload);
}

import { answerOf } from './circumstances';

const world = new URLSearchParams(window.location.search).get('world');

/** What the core would answer, by the command's name. An unknown command fails as it would there. */
export function answer(command: string, payload: Record<string, unknown>): unknown {
  const found = answerOf(world, command);
  if (!found) {
    throw { code: 'internal', message: `no made-up answer to ${command}`, request: '00000000-0000-7000-8000-000000000000' };
  }
  return found(payload);
}

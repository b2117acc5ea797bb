import type { Code, Problem } from './bindings';

/** What the core answered in place of a result. */
export class CoreProblem extends Error {
  readonly code: Code;
  readonly request: string;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'CoreProblem';
    this.code = problem.code;
    this.request = problem.request;
  }
}

type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: Problem };

/** The result of a command; its problem is thrown, for queries and mutations to catch. */
export async function call<T>(answer: Promise<Answer<T>>): Promise<T> {
  const got = await answer;
  if (got.status === 'ok') return got.data;
  throw new CoreProblem(got.error);
}

/** A problem as it is told: what happened, what to do, and what a report of it names. */
export interface Told {
  what: string;
  remedy: string | undefined;
  code?: Code;
  request?: string;
}

/** A part of the core's text as a sentence. */
export const sentence = (part: string): string =>
  `${part.charAt(0).toUpperCase()}${part.slice(1)}${/[.!?]$/.test(part) ? '' : '.'}`;

/** A problem as two sentences: what happened, and what to do. */
export function sentences(problem: unknown): Told {
  const text = problem instanceof Error ? problem.message : String(problem);
  const named = problem instanceof CoreProblem ? { code: problem.code, request: problem.request } : {};
  const at = text.indexOf('; ');
  return at < 0
    ? { what: sentence(text), remedy: undefined, ...named }
    : { what: sentence(text.slice(0, at)), remedy: sentence(text.slice(at + 2)), ...named };
}

/** Any so many of several parts, each of one factor or of several together. */
export interface Threshold {
  parts: readonly (readonly string[])[];
  needed: number;
}

/** As few as a threshold can have. */
export const FEWEST = 2;

export const NO_PARTS: Threshold = { parts: [[], []], needed: FEWEST };

/** Whether it can be made: at least two parts, none of them empty. */
export const isWhole = ({ parts, needed }: Threshold): boolean =>
  parts.length >= FEWEST && needed >= FEWEST && needed <= parts.length && parts.every((part) => part.length > 0);

/** The parts as the core reads them: factors joined by `+`. */
export const groupsOf = ({ parts }: Threshold): string[] => parts.map((part) => part.join('+'));

/** The factors that are in no other part than this one: one thing cannot stand for two. */
export const freeFor = ({ parts }: Threshold, at: number, known: readonly string[]): string[] =>
  known.filter((factor) => parts.every((part, index) => index === at || !part.includes(factor)));

/** With a factor in a part where it was not, or taken out of it. */
export const toggled = ({ parts, needed }: Threshold, at: number, factor: string): Threshold => ({
  needed,
  parts: parts.map((part, index) => {
    if (index !== at) return part;
    return part.includes(factor) ? part.filter((one) => one !== factor) : [...part, factor];
  }),
});

export const withPart = ({ parts, needed }: Threshold): Threshold => ({ needed, parts: [...parts, []] });

export function withoutPart({ parts, needed }: Threshold, at: number): Threshold {
  const left = parts.filter((_, index) => index !== at);
  return { parts: left, needed: Math.min(needed, left.length) };
}

/** Whether enough parts fall to a quantum computer, so that a person must accept that; the core decides. */
export const fallsToQuantum = ({ parts, needed }: Threshold, classical: readonly string[]): boolean =>
  parts.filter((part) => part.every((factor) => classical.includes(factor))).length >= needed;

/** The letter of each screen, pressed after G. */
export const LETTERS: Readonly<Record<string, string>> = {
  o: '/overview',
  a: '/assets',
  s: '/scans',
  p: '/policies',
  n: '/anchors',
  k: '/secrets',
  t: '/attestation',
  c: '/custody',
  l: '/audit',
  j: '/activity',
  e: '/settings',
  i: '/about',
};

/** The letter that leads to a screen. */
export const letterOf = (path: string): string | undefined => Object.keys(LETTERS).find((letter) => LETTERS[letter] === path);

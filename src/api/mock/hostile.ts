/** Text as an attacker would have it: where it comes from outside, all of it must stay text. */
export const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  'safe\u202Egnp.exe',
  `${'very-long-name-'.repeat(20)}end`,
  '"><script>alert(1)</script>',
] as const;

/** Text as somebody who means harm would put it into a certificate or a file's name. */
export const HOSTILE = {
  markup: '<img src=x onerror=alert(1)>.example.org',
  turned: 'invoice-\u202Efdp.exe',
  hidden: 'exam\u200Bple.org\u0007\u001B[31m',
  long: `${'a-name-without-an-end-'.repeat(14)}.example.org`,
  marks: 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘',
  right: 'مثال.إختبار',
} as const;

/** What a hostile string stands for, in words. */
export const HOSTILE_NAMES: Readonly<Record<keyof typeof HOSTILE, string>> = {
  markup: 'Markup',
  turned: 'Turned order',
  hidden: 'Invisible letters',
  long: 'Too long',
  marks: 'Stacked marks',
  right: 'Right to left',
};

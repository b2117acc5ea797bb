import type { Question } from '@/api/bindings';

/** How a question is put to a person. */
export interface Asking {
  title: string;
  text: string;
  field: string;
  act: string;
  hint?: string;
  /** Asked for twice, since it cannot be seen while it is typed. */
  twice?: boolean;
  /** Words that the answer has. */
  words?: number;
  /** Whether a file may hold the answer. */
  fromFile?: boolean;
  /** What is to be signed. */
  message?: string;
  /** What is wrong with an answer before the core sees it. */
  check: (answer: string, again: string | undefined) => string | undefined;
}

/** More than any YubiKey takes: it did not say. */
const UNKNOWN_TRIES = 255;

function triesInWords(left: number): string {
  if (left >= UNKNOWN_TRIES) return 'It blocks after a few wrong tries.';
  return left === 1 ? 'One try is left before it blocks.' : `${left} tries are left before it blocks.`;
}

const filled = (answer: string) => (answer ? undefined : 'Nothing was entered.');
const twice = (answer: string, again: string | undefined) => filled(answer) ?? (answer === again ? undefined : 'The two differ.');

/** What a person answers, as against what they only wait for or agree to. */
export type Answered = Exclude<Question, { kind: 'at_wallet' | 'at_yubikey' | 'at_keyring' | 'losses' }>;

/** The words of each question. */
export function asking(question: Answered): Asking {
  switch (question.kind) {
    case 'passphrase':
      return {
        title: 'Open the vault',
        text: 'Enter the passphrase of the vault.',
        field: 'Passphrase',
        act: 'Open',
        check: filled,
      };
    case 'new_passphrase':
      return {
        title: 'Choose a passphrase',
        text: 'Nobody can restore it. Five or six unrelated words are easy to remember and hard to guess.',
        field: 'New passphrase',
        hint: 'The core refuses what is easily guessed.',
        act: 'Use this passphrase',
        twice: true,
        check: twice,
      };
    case 'tpm_pin':
      return {
        title: 'PIN of the TPM',
        text: 'The TPM of this machine asks for its PIN.',
        field: 'PIN',
        act: 'Open',
        check: filled,
      };
    case 'new_tpm_pin':
      return {
        title: 'Choose a PIN for the TPM',
        text: 'The TPM itself counts wrong tries, so a short PIN is enough.',
        field: 'New PIN',
        act: 'Use this PIN',
        twice: true,
        check: twice,
      };
    case 'yubikey_pin':
      return {
        title: `PIN of YubiKey ${question.serial}`,
        text: `Enter its PIV PIN. ${triesInWords(question.tries_left)}`,
        field: 'PIN',
        act: 'Go on',
        check: filled,
      };
    case 'share':
      return {
        title: `Recovery share ${question.given + 1}${question.needed ? ` of ${question.needed}` : ''}`,
        text: `Type its ${question.words} words${question.set ? ` (set ${question.set})` : ''}; four letters of each are enough. Or the digits of its QR code.`,
        field: 'Words of the share',
        act: 'Give this share',
        words: question.words,
        fromFile: true,
        check: filled,
      };
    case 'share_back':
      return {
        title: `Prove share ${question.index} of ${question.total}`,
        text: `So that no share is lost unseen, each is given back once: type the ${question.words} words from the paper, or read its file.`,
        field: 'Words of the share',
        act: 'Prove it',
        words: question.words,
        fromFile: true,
        check: filled,
      };
    case 'wallet_signature':
      return {
        title: 'A signature from elsewhere',
        text: 'Sign this text with the wallet on the other machine, then enter the signature.',
        field: 'Signature (hex, base64 or base58)',
        message: question.message,
        act: 'Use this signature',
        check: filled,
      };
    case 'shares_ready':
      return {
        title: `${question.total} recovery shares are ready`,
        text: 'They exist nowhere else. Print them, a page each, or put a file of each into a new folder, for example on a stick. Keep them apart from each other. Each is asked for next, to prove that it was kept.',
        field: '',
        act: '',
        check: filled,
      };
  }
}

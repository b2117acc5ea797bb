import type { Advice, Drill, NewFactors, Resealed, Rotated, SlotDetails, Tested } from '../bindings';
import { HOSTILE } from './hostile';

const id = (number: number) => `0192f0c4-7a10-7000-8000-00000000a${number.toString().padStart(3, '0')}`;

const slot = (number: number, part: Partial<SlotDetails>): SlotDetails => ({
  id: id(number),
  label: 'Desk computer',
  factors: 'tpm+wallet',
  classical: false,
  created_at: '2026-11-01T09:00:00.000Z',
  quantum: 'no',
  here: true,
  missing: [],
  ...part,
});

const SLOTS: SlotDetails[] = [
  slot(1, {}),
  slot(2, { label: '2 of 3 recovery shares', factors: 'shares' }),
  slot(3, {
    label: HOSTILE[0],
    factors: 'yubikey-piv+passphrase',
    here: false,
    missing: ['YubiKey 19283746 is not inserted; plug it in'],
    created_at: '2026-11-20T09:00:00.000Z',
  }),
  slot(4, {
    label: HOSTILE[2],
    factors: 'wallet',
    classical: true,
    quantum: 'yes, by breaking the curves of all its factors',
  }),
  slot(5, { label: 'Spare', factors: '2 of (tpm, passphrase, shares)' }),
];

const ADVICE: Advice = {
  hardware: {
    checks: [
      { name: 'tpm', health: 'ready', finding: 'TPM 2.0 of Example Corp, with a monotonic counter', remedy: null },
      { name: 'yubikey', health: 'ready', finding: 'YubiKeys 19283746 and 20111222 are inserted', remedy: null },
      { name: 'keyring', health: 'problem', finding: 'the desktop’s keyring is locked', remedy: 'unlock it in the desktop' },
      { name: 'browser', health: 'missing', finding: 'no browser was found', remedy: 'install one to connect a wallet' },
    ],
    yubikeys: [
      { serial: 19_283_746, firmware: '5.7.1', reader: 'Yubico YubiKey OTP+FIDO+CCID 00 00' },
      { serial: 20_111_222, firmware: '5.4.3', reader: HOSTILE[0] },
    ],
    factors: ['tpm', 'yubikey-piv', 'passphrase', 'wallet', 'shares'],
  },
  ways: [
    {
      plan: ['tpm', 'wallet'],
      factors: 'tpm+wallet',
      recommended: true,
      attacker: 'the vault’s file, and this computer with its system unchanged, and a signature of your wallet',
      classical: false,
      quantum: 'no: wallet falls with its curve, and tpm is left to hold',
    },
    {
      plan: ['yubikey-piv', 'passphrase'],
      factors: 'yubikey-piv+passphrase',
      recommended: false,
      attacker: 'the vault’s file, and your YubiKey with its PIN and your touch, and your passphrase',
      classical: false,
      quantum: 'no: yubikey-piv falls with its curve, and passphrase is left to hold',
    },
    {
      plan: ['passphrase'],
      factors: 'passphrase',
      recommended: false,
      attacker: 'the vault’s file, and your passphrase, which can be guessed at 64 MiB of memory for each guess',
      classical: false,
      quantum: 'no',
    },
  ],
  classical: ['yubikey-piv', 'wallet'],
};

function drill(prove: boolean): Drill {
  const why = 'YubiKey 19283746 is not inserted; plug it in';
  const opens = SLOTS.map((one) => one.id);
  return {
    safe: false,
    losses: [
      { lost: 'the TPM', still_opens: opens.slice(1, 4) },
      { lost: 'the wallet', still_opens: opens.slice(1, 3) },
      { lost: 'the recovery shares', still_opens: opens.slice(0, 1) },
      { lost: 'the YubiKey 19283746', still_opens: opens },
      { lost: 'this computer', still_opens: [] },
    ],
    ways: SLOTS.map(({ id: of, label, factors, here }) => ({
      slot: of,
      label,
      factors,
      proved: prove ? here : null,
      groups: prove && factors.includes('of (') ? [1, 3] : [],
      why: prove && !here ? why : null,
    })),
  };
}

const factorsOf = ({ any, factors }: NewFactors) => (any ? `${any} of (${factors.join(', ')})` : factors.join('+'));

export const SLOTS_WORLD: Record<string, (payload: Record<string, unknown>) => unknown> = {
  slots_list: () => SLOTS,
  slots_advice: () => ADVICE,
  slots_add: ({ wanted }) => slot(9, { label: 'New', factors: factorsOf(wanted as NewFactors) }),
  slots_loss: () => [
    'tpm+wallet is the only way into the vault: add a second one with `qv slots add`, so that losing it loses nothing',
  ],
  slots_remove: () => null,
  slots_test: ({ slot: of }): Tested => ({ id: String(of), label: 'Desk computer', factors: 'tpm+wallet', opens: true }),
  slots_drill: ({ prove }) => drill(Boolean(prove)),
  slots_reseal: ({ slot: of }): Resealed => ({ id: String(of), factors: 'tpm+wallet', pcrs: [7], renewed: false }),
  vault_rotate: ({ afterLeak }): Rotated => ({
    slots: afterLeak ? 4 : 5,
    records: 1_204,
    envelopes: 311,
    refused: 0,
    removed: afterLeak ? [HOSTILE[0]] : [],
  }),
};

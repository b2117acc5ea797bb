// The test wallets' keys: real ones, made of a seed, that sign as wallets do.

import { ed25519 } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { base58 } from '@scure/base';

const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** A Solana wallet: Ed25519 over the message itself. */
export function solana(seed) {
  const publicKey = ed25519.getPublicKey(seed);
  return { address: base58.encode(publicKey), publicKey: hex(publicKey), sign: (message) => hex(ed25519.sign(message, seed)) };
}

/** An EVM wallet: EIP-191 personal_sign. An unsteady one adds randomness to each signature, as RFC 6979 allows. */
export function evm(seed, unsteady = false) {
  const point = secp256k1.getPublicKey(seed, false);
  const address = '0x' + hex(keccak_256(point.slice(1)).slice(-20));
  const sign = (message) => {
    const prefix = utf8ToBytes(`\x19Ethereum Signed Message:\n${message.length}`);
    const options = { prehash: false, lowS: true, format: 'recovered', extraEntropy: unsteady };
    const [recovery, ...rs] = secp256k1.sign(keccak_256(concatBytes(prefix, message)), seed, options);
    return hex(Uint8Array.from([...rs, 27 + recovery]));
  };
  return { address, sign };
}

export const seedOf = (byte) => hexToBytes(byte.toString(16).padStart(2, '0').repeat(32));

import type { AnchorView, AttestationRow, BatchView, SecretView, SignerView } from '../bindings';
import { HOSTILE } from './hostile';

const ANCHORS: AnchorView[] = [
  {
    id: '0192f0c4-7a10-7000-8000-0000000000b1',
    name: 'main',
    description: null,
    environment: 'PROD',
    anchor_type: 'ROOT_OF_TRUST',
    is_active: true,
    versions: [
      {
        version: 1,
        suite: 'ML-KEM-768',
        state: 'RETIRED',
        secrets: 12,
        public_key: 'a1b2'.repeat(64),
        created_at: '2026-09-01T09:00:00.000Z',
      },
      {
        version: 2,
        suite: 'ML-KEM-1024',
        state: 'ACTIVE',
        secrets: 1_480,
        public_key: 'c3d4'.repeat(64),
        created_at: '2026-11-01T09:00:00.000Z',
      },
    ],
    created_at: '2026-09-01T09:00:00.000Z',
  },
  {
    id: '0192f0c4-7a10-7000-8000-0000000000b2',
    name: HOSTILE[0],
    description: null,
    environment: 'DEV',
    anchor_type: 'ROOT_OF_TRUST',
    is_active: false,
    versions: [],
    created_at: '2026-11-10T09:00:00.000Z',
  },
];

const SECRETS: SecretView[] = ['server.key', HOSTILE[0], HOSTILE[1]].map((label, index) => ({
  id: `0192f0c4-7a10-7000-8000-0000000000c${index}`,
  label,
  asset_id: '0192f0c4-7a10-7000-8000-0000000000d1',
  location: 'api.example.org:443',
  key_type: index === 0 ? 'PRIVATE_KEY' : 'API_SECRET',
  origin: 'file:/home/ada/server.key',
  suite: 'ML-KEM-1024+HKDF-SHA256+AES-256-GCM',
  anchor_id: '0192f0c4-7a10-7000-8000-0000000000b1',
  key_version: 2,
  policy_id: null,
  wrapped_at: '2026-11-20T09:00:00.000Z',
}));

const BATCHES: BatchView[] = [
  {
    id: '0192f0c4-7a10-7000-8000-0000000000e1',
    created_at: '2026-11-21T09:00:00.000Z',
    status: 'COMPLETED',
    network: 'eip155:11155111',
    contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
    total_assets: 2,
    succeeded_count: 1,
    failed_count: 1,
    rows: [],
  },
];

const ROWS: AttestationRow[] = [
  {
    asset_id: '0192f0c4-7a10-7000-8000-0000000000d1',
    location: 'api.example.org:443',
    status: 'SUCCESS',
    tx_hash: `0x${'9f'.repeat(32)}`,
    block: 4_711_000,
    payload_hash: 'ab'.repeat(32),
    error: null,
  },
  {
    asset_id: '0192f0c4-7a10-7000-8000-0000000000d2',
    location: HOSTILE[0],
    status: 'FAILED',
    tx_hash: null,
    block: null,
    payload_hash: 'cd'.repeat(32),
    error: 'the node refused the transaction',
  },
];

const SIGNERS: SignerView[] = [
  {
    id: '0192f0c4-7a10-7000-8000-0000000000f1',
    name: 'main',
    address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
    is_active: true,
  },
];

/** Answers about anchors, secrets and attestations. */
export const PROTECTION_WORLD = {
  anchors_list: () => ANCHORS,
  secrets_list: () => ({ items: SECRETS, next: null }),
  attest_list: () => BATCHES,
  attest_show: () => ({ batch: BATCHES[0], rows: ROWS }),
  attest_signer: () => SIGNERS,
};

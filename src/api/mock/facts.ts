import type { Value } from '../bindings';
import { HOSTILE } from './hostile';

const certificate = (subject: string, issuer: string, isCa: boolean): Value => ({
  sha256: 'ab'.repeat(32),
  size: 1_204,
  subject,
  issuer,
  serial: '03e8a1b2c3d4',
  key: { algorithm: 'RSA', oid: '1.2.840.113549.1.1.1', bits: 2048 },
  signature_algorithm: 'RSA',
  signature_name: 'sha256WithRSAEncryption',
  not_before: '2026-09-01T00:00:00.000Z',
  not_after: '2026-12-01T00:00:00.000Z',
  is_ca: isCa,
  self_issued: false,
  alternative_names: ['pay.example.org', HOSTILE[0]],
  sct_count: 2,
  must_staple: false,
});

const suite = (version: string, name: string): Value => ({
  version,
  code: 4_865,
  name,
  key_exchange: 'X25519MLKEM768',
  symmetric: 'AES-256',
  mode: 'GCM',
});

/** What a probe of a server with hostile names recorded. */
export const FACTS: Value = {
  tls: {
    versions: ['TLS1.3', 'TLS1.2', 'TLS1.1', 'TLS1.0', 'SSLv3'].map((version, index) => ({
      version,
      support: index < 2 ? 'offered' : 'refused',
    })),
    negotiated: {
      version: 'TLS1.3',
      suite: suite('TLS1.3', 'TLS_AES_256_GCM_SHA384'),
      hello_retry: false,
      signature_scheme: 'rsa_pss_rsae_sha256',
      alpn: 'h2',
      finished: true,
    },
    suites: [suite('TLS1.3', 'TLS_AES_256_GCM_SHA384'), suite('TLS1.2', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256')],
    suite_preference: 'server',
    groups: [
      { version: 'TLS1.3', code: 4_588, label: 'X25519MLKEM768', name: 'X25519MLKEM768', post_quantum: true },
      { version: 'TLS1.3', code: 29, label: 'x25519', name: 'X25519', post_quantum: false },
    ],
    groups_complete: true,
    certificates: [
      certificate(`CN=${HOSTILE[0]}`, 'CN=R11, O=Example CA', false),
      certificate('CN=R11, O=Example CA', `CN=${HOSTILE[2]}`, true),
    ],
    certificate_count: 2,
    other_certificates: [],
    ocsp_stapled: false,
    resumption: true,
  },
  https: {
    hops: [
      {
        url: 'https://pay.example.org/',
        status: 301,
        location: `https://pay.example.org/${HOSTILE[0]}`,
        hsts: { max_age: 31_536_000, include_subdomains: true, preload: false },
        http3: true,
      },
    ],
    leaves_https: false,
  },
  findings: [],
};

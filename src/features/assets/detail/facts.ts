import type { Value } from '@/api/bindings';
import type { TreeNode } from '@/components/Tree';

// The facts of a probe as a tree. What is known gets its words and its place; what is not is shown as it is.

type Facts = { [key in string]: Value };

const isObject = (value: Value | undefined): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const object = (value: Value | undefined): Facts => (isObject(value) ? value : {});
const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);
const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');

/** The tree of everything that a probe recorded. */
export function factTree(facts: Value): TreeNode[] {
  const { tls, https, findings: _told, ...others } = object(facts);
  return [...(isObject(tls) ? tlsTree(tls) : []), ...(isObject(https) ? httpsTree(https) : []), ...rest(others)];
}

function tlsTree(tls: Facts): TreeNode[] {
  const { versions, negotiated, suites, groups, certificates, other_certificates: others, certificate_count, ...more } = tls;
  return [
    ...(isObject(negotiated) ? [negotiatedTree(negotiated)] : []),
    group('Protocol versions', list(versions).map(versionOf), true),
    group('Key-exchange groups', list(groups).map(groupOf)),
    group('Cipher suites', list(suites).map(suiteOf)),
    group('Certificates', list(certificates).map(certificateTree), true),
    group('Other certificates', list(others).map(certificateTree)),
    group('More', rest(more)),
  ].filter((node) => !node.children || node.children.length > 0);
}

function negotiatedTree(negotiated: Facts): TreeNode {
  const suite = object(negotiated.suite);
  return group(
    'What a modern client gets',
    present([
      ['Version', negotiated.version],
      ['Cipher suite', suite.name],
      ['Key exchange', suite.key_exchange],
      ['Signature', negotiated.signature_scheme ?? null],
      ['ALPN', negotiated.alpn ?? null],
      ['Asked for another share', negotiated.hello_retry],
      ['Handshake finished', negotiated.finished],
    ]),
    true,
  );
}

const SUPPORT: Record<string, string> = { offered: 'offered', refused: 'refused', unknown: 'not found out' };

const versionOf = (fact: Value): TreeNode => ({
  label: text(object(fact).version),
  note: SUPPORT[text(object(fact).support)] ?? '',
});

const groupOf = (fact: Value): TreeNode => {
  const one = object(fact);
  return {
    label: text(one.name) || text(one.label),
    value: text(one.label),
    note: one.post_quantum === true ? 'post-quantum' : 'classical',
  };
};

const suiteOf = (fact: Value): TreeNode => ({
  label: text(object(fact).version),
  value: text(object(fact).name),
});

function certificateTree(fact: Value, index: number): TreeNode {
  const one = object(fact);
  const key = object(one.key);
  const size = typeof key.bits === 'number' ? `${key.bits} bits` : text(key.curve);
  return {
    label: index === 0 ? 'Leaf' : `Issuer ${index}`,
    value: text(one.subject),
    open: index === 0,
    children: present([
      ['Subject', one.subject],
      ['Issuer', one.issuer],
      ['Valid from', day(one.not_before)],
      ['Valid to', day(one.not_after)],
      ['Key', [text(key.algorithm), size].filter(Boolean).join(', ')],
      ['Signed with', one.signature_name],
      ['Names', list(one.alternative_names)],
      ['Serial number', one.serial],
      ['SHA-256', one.sha256],
      ['May sign others', one.is_ca],
      ['Demands stapling', one.must_staple],
      ['Signed timestamps', one.sct_count],
    ]),
  };
}

function httpsTree(https: Facts): TreeNode[] {
  const hops = list(https.hops).map(hopTree);
  return hops.length === 0 ? [] : [group('HTTPS', [...hops, ...present([['Leads to plain HTTP', https.leaves_https]])], true)];
}

function hopTree(fact: Value): TreeNode {
  const one = object(fact);
  const hsts = object(one.hsts);
  const policy = [
    `${Math.round(Number(hsts.max_age ?? 0) / 86_400)} days`,
    hsts.include_subdomains === true && 'with subdomains',
    hsts.preload === true && 'preload',
  ];
  return {
    label: text(one.url),
    open: true,
    children: present([
      ['Status', one.status],
      ['Redirects to', one.location],
      ['HSTS', isObject(one.hsts) ? policy.filter(Boolean).join(', ') : 'none'],
      ['HTTP/3 advertised', one.http3],
      ['Failed', text(object(one.failure).detail) || null],
    ]),
  };
}

const group = (label: string, children: TreeNode[], open = false): TreeNode => ({
  label,
  note: open ? '' : String(children.length),
  open,
  children,
});

const day = (value: Value | undefined): string => text(value).slice(0, 10);

/** The rows that say something. */
function present(rows: readonly (readonly [string, Value | undefined])[]): TreeNode[] {
  const said = rows.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return said.map(([label, value]) => node(label, value ?? null));
}

/** Facts that have no words of their own. */
const rest = (facts: Facts): TreeNode[] =>
  Object.entries(facts)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => node(words(name), value));

const words = (name: string): string => {
  const spaced = name.replaceAll('_', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

function node(label: string, value: Value): TreeNode {
  if (typeof value === 'boolean') return { label, value: value ? 'yes' : 'no' };
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one === 'string')) return { label, value: value.join(', ') };
    return group(
      label,
      value.map((one, index) => node(String(index + 1), one)),
    );
  }
  if (isObject(value)) return group(label, rest(value));
  return { label, value: String(value) };
}

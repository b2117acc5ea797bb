/** A cause of failure in words: what happened, and what to do about it in this window. */
export interface Cause {
  what: string;
  remedy: string;
}

const SLOW = 'The other end is slow, or keeps callers waiting on purpose. If it is yours, raise the time limits in Settings.';

const CAUSES: Record<string, Cause> = {
  dns: { what: 'The name does not resolve', remedy: 'Check the spelling of the name, and that this machine can resolve names.' },
  address_refused: {
    what: 'Private or forbidden address',
    remedy: 'Loopback and private addresses are scanned only where you allow it; link-local and metadata addresses never are.',
  },
  refused: { what: 'Nothing listens on the port', remedy: 'Check the port, and that the service runs.' },
  unreachable: { what: 'No route to the host', remedy: 'Check the network, the route and the firewall.' },
  connect_timeout: {
    what: 'No connection in time',
    remedy: 'Check the firewall, or raise the time limit for connections in Settings.',
  },
  handshake_timeout: { what: 'No answer in time', remedy: SLOW },
  overall_timeout: { what: 'The target took too long', remedy: SLOW },
  reset: { what: 'The connection was reset', remedy: 'Check that the service speaks TLS on this port.' },
  closed: { what: 'The other end hung up', remedy: 'Check that the service speaks TLS on this port.' },
  alert: { what: 'The handshake was refused', remedy: 'The service may ask for a client certificate, or for another name.' },
  not_tls: { what: 'No TLS on the port', remedy: 'The port speaks something else: check the number.' },
  garbage: { what: 'An answer without sense', remedy: 'The port speaks something other than TLS: check the number.' },
  too_large: { what: 'More data than any server needs', remedy: 'Treat this host as hostile.' },
  incompatible: {
    what: 'TLS that could not be finished',
    remedy: 'The service speaks TLS, but nothing that this client can finish. Open a target to see the detail.',
  },
  bad_http: { what: 'The web server answered nonsense', remedy: 'Check the URL, or scan the host without https:// in front.' },
  too_many_redirects: { what: 'Too many redirects', remedy: 'Scan the address that it leads to.' },
  bad_redirect: { what: 'A redirect that leads nowhere', remedy: 'Scan the address that it should lead to.' },
  internal: { what: 'A defect in QuantumVault', remedy: 'Please report it with the details below.' },
};

/** The words for a cause; one that is new to this window keeps its own name. */
export function causeOf(cause: string): Cause {
  const known = Object.hasOwn(CAUSES, cause) ? CAUSES[cause] : undefined;
  return known ?? { what: cause.replaceAll('_', ' '), remedy: 'See what each target answered below.' };
}

const STAGES: Record<string, string> = {
  resolve: 'while resolving the name',
  first_hello: 'at the first hello',
  modern_handshake: 'in the handshake',
  versions: 'while trying old versions',
  suites: 'while trying cipher suites',
  groups: 'while trying groups',
  signatures: 'while trying signatures',
  certificates: 'in its certificates',
  https: 'in the HTTPS answer',
};

/** When it happened, in words; nothing where that says nothing. */
export const stageOf = (stage: string): string => STAGES[stage] ?? '';

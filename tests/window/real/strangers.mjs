// Servers as an attacker would have them: what they say of themselves is markup, turned text, very long, or all three.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer as createPlain } from 'node:net';
import { createServer as createTls } from 'node:tls';

/** What an attacker would have run, and the ways in which text breaks a page. */
export const SCRIPT = `<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>`;
export const TURNED = 'safe\u202egnp.exe\u2066\u200b';
export const BROKEN = 'a\r\nb\u0000c\u001b[31m\td\u0085\u2028e';
export const LONG = 'very-long-name-'.repeat(4_096);
/** What no process takes as an argument is left out. */
export const NAME = `${SCRIPT}${TURNED}a\r\nb\u001b[31m`;

const length = (size) => {
  if (size < 128) return Buffer.from([size]);
  const bytes = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
};
const der = (tag, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
};
const sequence = (...parts) => der(0x30, ...parts);
const set = (...parts) => der(0x31, ...parts);
const oid = (...bytes) => der(0x06, Buffer.from(bytes));
const utf8 = (text) => der(0x0c, Buffer.from(text));

/** X.520: common name, organisation, unit. */
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const ORGANISATION = oid(0x55, 0x04, 0x0a);
const UNIT = oid(0x55, 0x04, 0x0b);
const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const ALTERNATIVE_NAMES = oid(0x55, 0x1d, 0x11);

const nameOf = (parts) => sequence(...parts.map(([kind, text]) => set(sequence(kind, utf8(text)))));
const time = (text) => der(0x17, Buffer.from(text));

/** A certificate with these names, self-signed; no tool of ours or others would make it. */
function identity(subject, alternatives) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf(subject);
  const names = sequence(...alternatives.map((one) => der(0x82, Buffer.from(one))));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, createHash('sha256').update('serial').digest().subarray(0, 15)),
    ECDSA_SHA256,
    nameOf([[COMMON_NAME, 'stranger']]),
    sequence(time('260101000000Z'), time('361231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(ALTERNATIVE_NAMES, der(0x04, names)))),
  );
  const signature = sign('sha256', signed, privateKey);
  const certificate = sequence(signed, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const pem = (label, bytes) =>
    `-----BEGIN ${label}-----\n${bytes
      .toString('base64')
      .match(/.{1,64}/g)
      .join('\n')}\n-----END ${label}-----\n`;
  return { cert: pem('CERTIFICATE', certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

const listening = async (server, ends) => {
  server.on('error', () => {});
  server.on('tlsClientError', () => {});
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return `127.0.0.1:${server.address().port}`;
};

const answering = (bytes) => (socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.end(bytes));
};

/** Says these headers to whoever asks. */
const HEADERS = [
  'HTTP/1.1 200 OK',
  `Server: ${SCRIPT} ${TURNED}`,
  `Strict-Transport-Security: max-age=1; ${SCRIPT}`,
  `X-Powered-By: ${'very-long-name-'.repeat(200)}`,
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

/** Starts them; their targets, by what is wrong with them. */
export async function startStrangers(ends) {
  const names = (text) => [
    [COMMON_NAME, text],
    [ORGANISATION, text],
    [UNIT, `${text}${text}`],
  ];
  const alternatives = [SCRIPT, TURNED, BROKEN, `${SCRIPT}.example.org`, 'very-long-name-'.repeat(20)];
  const tls = (subject) => createTls(identity(subject, alternatives), answering(HEADERS));
  return {
    markup: await listening(tls(names(SCRIPT)), ends),
    turned: await listening(tls(names(TURNED)), ends),
    broken: await listening(tls(names(BROKEN)), ends),
    long: await listening(tls([[COMMON_NAME, LONG]]), ends),
    web: `https://${await listening(tls(names(`${SCRIPT}${TURNED}${BROKEN}`)), ends)}/`,
    banner: await listening(
      createPlain((socket) => socket.on('error', () => {}).end(`220 ${SCRIPT}${TURNED}${BROKEN}${LONG}\r\n`)),
      ends,
    ),
  };
}

// The page of one visit: finds wallets, has them sign what QuantumVault asks for, and hands the signatures back.
//
// It decides nothing: what is signed, by whom and whether it fits is checked by the program that serves it. Wallets are
// found by the Wallet Standard (Solana) and EIP-6963 (EVM). Names and icons that wallets announce are shown as text and
// images, never as HTML.

/**
 * @typedef {{ session: string, enrols: boolean, wallet: string | null, evm: boolean | null, seconds: number }} Visit
 * @typedef {{ state: 'wait' } | { state: 'sign', id: number, why: string, time: number, times: number, text: string }
 *   | { state: 'done' } | { state: 'failed', message: string }} Step
 * @typedef {{ address: string, sign: (text: string) => Promise<Uint8Array> }} Account
 * @typedef {{ name: string, icon: string, kind: 'Solana' | 'EVM', connect: () => Promise<Account[]> }} Wallet
 */

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} tag @param {string} name @param {(string | Node)[]} children */
function make(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

/** @param {string} text */
const say = (text) => { part('status').textContent = text; };

/** @param {string} text */
function complain(text) {
  part('problem').textContent = text;
  part('problem').hidden = text === '';
}

/** @param {string} title @param {string} lead */
function head(title, lead) {
  part('title').textContent = title;
  part('lead').textContent = lead;
}

// -- QuantumVault's side

class Refused extends Error {}

/** @type {Visit} */
let visit;

/** @param {string} path @param {BodyInit} [body] @returns {Promise<any>} */
async function ask(path, body) {
  const headers = { 'Content-Type': 'application/octet-stream', 'X-QuantumVault-Session': visit?.session ?? '' };
  const answer = await fetch(path, { method: 'POST', headers, body, cache: 'no-store', credentials: 'omit' });
  const text = await answer.text();
  const content = text ? JSON.parse(text) : {};
  if (!answer.ok) throw new Refused(content.message ?? `QuantumVault answered ${answer.status}.`);
  return content;
}

/** Takes the visit, or goes on with it where this tab was reloaded. */
async function claim() {
  const kept = sessionStorage.getItem('visit');
  visit = kept ? JSON.parse(kept) : await ask('claim');
  visit.seconds = kept ? 0 : visit.seconds;
  sessionStorage.setItem('visit', JSON.stringify(visit));
}

/** @returns {Promise<Step>} */
async function nextStep() {
  for (;;) {
    const step = await ask('/next');
    if (step.state !== 'wait') return step;
  }
}

/** @param {number} id @param {Uint8Array} signature */
async function hand(id, signature) {
  const body = new Uint8Array(4 + signature.length);
  new DataView(body.buffer).setUint32(0, id);
  body.set(signature, 4);
  try {
    await ask('/signature', body);
  } finally {
    body.fill(0);
    signature.fill(0);
  }
}

// -- The wallets' side

/** @type {Map<string, Wallet>} */
const wallets = new Map();

/** @param {string} key @param {Wallet} wallet */
function found(key, wallet) {
  const wanted = visit.evm === null || visit.evm === (wallet.kind === 'EVM');
  if (!wanted || wallets.has(key)) return;
  wallets.set(key, wallet);
  part('none').hidden = true;
  part('wallets').append(choice(wallet.name, wallet.kind, wallet.icon, () => connect(wallet)));
}

/** A Solana wallet, as the Wallet Standard describes it. @param {any} wallet */
function foundStandard(wallet) {
  const signing = wallet?.features?.['solana:signMessage'];
  const connecting = wallet?.features?.['standard:connect'];
  if (!signing || !connecting) return;
  /** @param {any} account @returns {Account} */
  const accountOf = (account) => ({
    address: String(account.address),
    sign: async (text) => {
      const message = new TextEncoder().encode(text);
      const [signed] = await signing.signMessage({ account, message });
      return Uint8Array.from(signed.signature);
    },
  });
  const connectIt = async () => (await connecting.connect()).accounts.map(accountOf);
  found(`solana:${wallet.name}`, { name: String(wallet.name), icon: String(wallet.icon ?? ''), kind: 'Solana', connect: connectIt });
}

/** An EVM wallet that announced itself (EIP-6963). @param {any} detail */
function foundProvider(detail) {
  const provider = detail?.provider;
  if (!provider?.request || !detail.info) return;
  /** @param {string} address @returns {Account} */
  const accountOf = (address) => ({
    address,
    sign: async (text) => bytesOf(await provider.request({ method: 'personal_sign', params: [hexOf(text), address] })),
  });
  const connectIt = async () => (await provider.request({ method: 'eth_requestAccounts' })).map(accountOf);
  const { uuid, name, icon } = detail.info;
  found(`evm:${uuid}`, { name: String(name), icon: String(icon ?? ''), kind: 'EVM', connect: connectIt });
}

/** @param {string} text */
const hexOf = (text) => '0x' + [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {unknown} hex */
function bytesOf(hex) {
  const digits = /^0x((?:[0-9a-f]{2})+)$/i.exec(String(hex))?.[1];
  if (!digits) throw new Error('the wallet gave no signature');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function findWallets() {
  const api = Object.freeze({ register: (/** @type {any[]} */ ...list) => { list.forEach(foundStandard); return () => {}; } });
  window.addEventListener('wallet-standard:register-wallet', (event) => /** @type {any} */ (event).detail?.(api));
  window.dispatchEvent(new CustomEvent('wallet-standard:app-ready', { detail: api }));
  window.addEventListener('eip6963:announceProvider', (event) => foundProvider(/** @type {any} */ (event).detail));
  window.dispatchEvent(new Event('eip6963:requestProvider'));
}

/** A button in a list. @param {string} name @param {string} kind @param {string} icon @param {() => void} chosen */
function choice(name, kind, icon, chosen) {
  const button = /** @type {HTMLButtonElement} */ (make('button', ''));
  button.type = 'button';
  button.append(pictureOf(name, icon), make('span', 'name', name), make('span', 'kind', kind));
  button.addEventListener('click', chosen);
  return make('li', '', button);
}

/** @param {string} name @param {string} icon */
function pictureOf(name, icon) {
  if (!icon.startsWith('data:image/')) return make('span', 'letter', name.slice(0, 1) || '?');
  const image = document.createElement('img');
  image.src = icon;
  image.alt = '';
  return image;
}

/** @param {unknown} error */
function wordsOf(error) {
  const { code, message } = /** @type {{ code?: number, message?: string }} */ (error ?? {});
  if (code === 4001 || /reject|denied|declin/i.test(message ?? '')) return 'You declined in the wallet. Try again, or cancel.';
  if (error instanceof Refused) return error.message;
  return `The wallet said: ${message || 'nothing'}. Try again, or choose another one.`;
}

// -- The visit

/** @type {Account} */
let account;
let walletName = '';

/** @param {Wallet} wallet */
async function connect(wallet) {
  complain('');
  say(`Waiting for ${wallet.name} …`);
  try {
    const accounts = await wallet.connect();
    const same = (/** @type {Account} */ one) => one.address.toLowerCase() === visit.wallet?.toLowerCase();
    const fitting = visit.wallet ? accounts.filter(same) : accounts;
    say('');
    walletName = wallet.name;
    if (fitting.length > 1) return chooseAccount(fitting);
    await use(fitting[0] ?? accounts[0]);
  } catch (error) {
    say('');
    complain(wordsOf(error));
  }
}

/** @param {Account[]} accounts */
function chooseAccount(accounts) {
  part('accounts').replaceChildren(...accounts.map((one) => choice(one.address, '', '', () => use(one).catch((error) => complain(wordsOf(error))))));
  part('account').hidden = false;
}

/** @param {Account | undefined} chosen */
async function use(chosen) {
  if (!chosen) throw new Error('it has no account');
  await ask('/connect', chosen.address);
  account = chosen;
  complain('');
  part('choose').hidden = true;
  part('account').hidden = true;
  await signAll();
}

const AUTHORIZE = ['Permit opening the vault', 'This shows that you are here now and mean this vault. It moves no money, and is worth nothing elsewhere.'];
const GIVE_KEY = ['Give the key', 'From this signature, the same each time, your part of the key is made. It stays on this computer.'];
const CAUTION = 'Sign a text that begins with QuantumVault:Unlock only here. Whoever gets this signature has this part of your key.';
const PLANS = {
  unlock: [AUTHORIZE, GIVE_KEY],
  enrol: [
    ['Make the key', GIVE_KEY[1]],
    ['Make it once more', 'The same text again. Some wallets sign one text differently each time, and could never open the vault again: so the two are compared now.'],
  ],
};

function showPlan() {
  const plan = visit.enrols ? PLANS.enrol : PLANS.unlock;
  const rows = plan.map(([title, what], at) => make('li', 'waits', make('span', 'mark', String(at + 1)), make('h2', '', title), make('p', 'quiet', what)));
  part('steps').replaceChildren(...rows);
  part('steps').hidden = false;
}

async function signAll() {
  showPlan();
  const rows = [...part('steps').children];
  for (let row = rows.shift(); ; ) {
    const step = await nextStep();
    if (step.state !== 'sign') return finish(step);
    if (!row) continue;
    await signOne(row, step);
    markSigned(row);
    part('title').focus();
    row = rows.shift();
    say(row ? 'Signed. The next one comes …' : 'Signed. QuantumVault is working on it …');
  }
}

/** Shows one message and waits until it is signed. @param {Element} row @param {Extract<Step, { state: 'sign' }>} step */
async function signOne(row, step) {
  row.className = 'now';
  say('');
  const text = make('pre', '', step.text);
  text.tabIndex = 0;
  text.setAttribute('aria-label', 'The text that you sign');
  const button = /** @type {HTMLButtonElement} */ (make('button', 'primary', `Sign with ${walletName}`));
  button.type = 'button';
  const shown = step.why === 'derivation' ? [text, make('p', 'quiet caution', CAUTION), button] : [text, button];
  row.append(...shown);
  button.focus();
  for (;;) {
    await new Promise((resolve) => button.addEventListener('click', resolve, { once: true }));
    button.disabled = true;
    complain('');
    say(`Waiting for ${walletName} …`);
    try {
      await hand(step.id, await account.sign(step.text));
      break;
    } catch (error) {
      complain(wordsOf(error));
      say('');
      button.disabled = false;
      button.focus();
    }
  }
  shown.forEach((element) => element.remove());
}

/** @param {Element} row */
function markSigned(row) {
  row.className = 'signed';
  const mark = /** @type {HTMLElement} */ (row.firstElementChild);
  mark.textContent = '✓';
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', 'signed');
}

/** @param {Step} step */
function finish(step) {
  sessionStorage.clear();
  part('cancel').hidden = true;
  part('choose').hidden = true;
  part('account').hidden = true;
  part('ends').textContent = '';
  say('');
  if (step.state === 'done') {
    complain('');
    head('Done', 'QuantumVault has what it needs. You can close this tab and go back to it.');
    [...part('steps').children].forEach(markSigned);
  } else {
    part('steps').hidden = true;
    head('Nothing was signed off', 'This page is over. You can close this tab.');
    complain('message' in step ? step.message : '');
  }
  part('title').focus();
  window.close();
}

function greet() {
  if (visit.enrols) head('Make your wallet a key', 'Your wallet signs one text twice. With the other factors of this way in, that signature will open the vault.');
  else head('Open the vault', 'Your wallet signs two texts: one permits it, the other gives the key.');
  part('choose').hidden = false;
  part('cancel').hidden = false;
  part('wanted').hidden = !visit.wallet;
  part('wanted-address').textContent = visit.wallet ?? '';
  if (visit.seconds) {
    const end = new Date(Date.now() + visit.seconds * 1000);
    part('ends').textContent = ` It ends at ${end.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}.`;
  }
}

async function begin() {
  try {
    await claim();
  } catch (error) {
    head('This page cannot be used', error instanceof Refused
      ? 'It was opened before, perhaps in another tab: go on there, or begin again in QuantumVault.'
      : 'QuantumVault does not wait for it any more: begin again there.');
    return;
  }
  greet();
  findWallets();
  part('cancel').addEventListener('click', async () => {
    await ask('/cancel').catch(() => {});
    finish({ state: 'failed', message: 'You stopped it. Nothing was changed.' });
  });
  // Ends the page too where nothing was connected yet.
  watchEnd();
}

/** Until a wallet is connected, waits for the end alone. */
async function watchEnd() {
  while (!account) {
    const step = await ask('/next').catch(() => ({ state: 'failed', message: 'QuantumVault stopped waiting: begin again there.' }));
    if (step.state === 'done' || step.state === 'failed') return account ? undefined : finish(step);
    if (step.state === 'sign') await new Promise((resolve) => setTimeout(resolve, 1500));
  }
}

begin();

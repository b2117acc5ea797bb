// What a wallet's extension puts into a page: it announces itself by the Wallet Standard or EIP-6963, and signs outside.

/** Runs in the page, before its own scripts. `qvTestSign` leaves the page, as an extension's messages do. */
export function inject(wallets) {
  const icon = 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAxIDEiPjxyZWN0IHdpZHRoPSIxIiBoZWlnaHQ9IjEiIGZpbGw9IiM2YTVhY2QiLz48L3N2Zz4=';
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const hex = (array) => [...array].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const declined = () => Object.assign(new Error('User rejected the request.'), { code: 4001 });
  let refusals = 0;
  const signing = async (index, message) => {
    if (wallets[index].declines > refusals++) throw declined();
    return window.qvTestSign(index, message);
  };

  const standard = (index, { name, address, publicKey }) => {
    const account = { address, publicKey: bytes(publicKey), chains: ['solana:mainnet'], features: ['solana:signMessage'] };
    const signMessage = async ({ message }) => [{ signedMessage: message, signature: bytes(await signing(index, hex(message))) }];
    return {
      version: '1.0.0', name, icon, chains: ['solana:mainnet'], accounts: [],
      features: {
        'standard:connect': { version: '1.0.0', connect: async () => ({ accounts: [account] }) },
        'solana:signMessage': { version: '1.0.0', signMessage },
      },
    };
  };

  const provider = (index, { address }) => ({
    request: async ({ method, params }) => {
      if (method === 'eth_requestAccounts') return [address];
      if (method !== 'personal_sign' || params[1] !== address) throw new Error(`unexpected ${method}`);
      return '0x' + await signing(index, params[0].slice(2));
    },
  });

  wallets.forEach((wallet, index) => {
    if (wallet.kind === 'solana') {
      const register = ({ register }) => register(standard(index, wallet));
      window.dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: register }));
      window.addEventListener('wallet-standard:app-ready', ({ detail }) => register(detail));
    } else {
      const info = { uuid: `00000000-0000-4000-8000-00000000000${index}`, name: wallet.name, icon, rdns: 'test.wallet' };
      const detail = Object.freeze({ info, provider: provider(index, wallet) });
      const announce = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
      window.addEventListener('eip6963:requestProvider', announce);
      announce();
    }
  });
}

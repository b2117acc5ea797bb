import { Copyable } from '@/components/Copyable';

const ADDRESS = /https?:\/\/\S+/;

/** What the core tells while it works; an address in it can be copied, since links lead nowhere in this window. */
export function Notice({ text }: { text: string }) {
  const address = ADDRESS.exec(text)?.[0];
  if (!address) return <span>{text}</span>;
  const [before, after] = text.split(address);
  return (
    <span>
      {before}
      <Copyable text={address} label="address" />
      {after}
    </span>
  );
}

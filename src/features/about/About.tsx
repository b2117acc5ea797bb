import { RefreshCw } from 'lucide-react';
import { sentences } from '@/api/call';
import { useDoctor, useStatus } from '@/api/vault';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { copyText } from '@/components/clipboard';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { RelativeTime } from '@/components/Format';
import { KeyValue, Section } from '@/components/KeyValue';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useToast } from '@/components/Toast';
import { useGoTo } from '@/routes/useView';
import { license, version } from '../../../package.json';
import styles from './About.module.css';
import { asText } from './checks';
import { Diagnostics } from './Diagnostics';

/** What this is, and whether the machine has what it needs. */
export default function About() {
  const doctor = useDoctor();
  const toast = useToast();
  const copy = async () => {
    const copied = await copyText(asText(doctor.data ?? [], version));
    toast(copied ? { text: 'The diagnostics were copied.', tone: 'good' } : { text: 'They could not be copied.', tone: 'bad' });
  };
  return (
    <>
      <ScreenHeader
        title="About"
        actions={
          <>
            <Button disabled={!doctor.data} onClick={copy}>
              Copy the diagnostics
            </Button>
            <Button icon={<RefreshCw aria-hidden="true" />} busy={doctor.isFetching} onClick={() => doctor.refetch()}>
              Look again
            </Button>
          </>
        }
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={styles.page} tabIndex={0} aria-label="About">
        <Section title="Diagnostics">
          {doctor.isPending && <Skeleton rows={8} />}
          {doctor.isError && (
            <ErrorCard {...sentences(doctor.error)} action={<Button onClick={() => doctor.refetch()}>Try again</Button>} />
          )}
          {doctor.data && <Diagnostics checks={doctor.data} />}
        </Section>
        <Program />
      </section>
    </>
  );
}

function Program() {
  const goTo = useGoTo();
  const status = useStatus().data;
  const vault = status?.vault;
  return (
    <>
      <Section title="QuantumVault">
        <KeyValue
          rows={[
            ['Version', version],
            ['Folder', status ? <Copyable key="folder" whole text={status.folder} label="folder" /> : '–'],
            ...(vault
              ? ([
                  ['Vault', <Copyable key="vault" whole text={vault.vault_id} label="id of the vault" />],
                  ['Made', <RelativeTime key="made" at={vault.created_at} />],
                ] as const)
              : []),
          ]}
        />
      </Section>
      <Section title="Licences">
        <p>
          QuantumVault is free software under the {license} licence. It is built on Tauri, React, Base UI, TanStack and Lucide
          (MIT, Apache-2.0 and ISC licences), RustCrypto and rustls (MIT and Apache-2.0), and shows Inter and JetBrains Mono (SIL
          Open Font License). Nothing of it is loaded from the network.
        </p>
        <div>
          <Button onClick={() => goTo('/gallery')}>See the parts of this window</Button>
        </div>
      </Section>
    </>
  );
}

import { Eye, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { AssetDetail, SecretView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useSecrets } from '@/api/secrets';
import { Button, IconButton } from '@/components/Button';
import { EmptyState, ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign, visible } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { useGoTo } from '@/routes/useView';
import { KEY_TYPES } from '../words';
import styles from './Detail.module.css';

const AddSecret = lazy(async () => ({ default: (await import('@/features/secrets/AddSecret')).AddSecret }));

const RevealDialog = lazy(async () => ({ default: (await import('@/features/secrets/SecretInspector')).RevealDialog }));

/** What an asset holds: never the material itself, which only its own window shows. */
export function KeyMaterial({ asset }: { asset: AssetDetail }) {
  const material = useSecrets(asset.id);
  const [adding, setAdding] = useState(false);
  const goTo = useGoTo();
  const add = (
    <Button icon={<Plus aria-hidden="true" />} onClick={() => setAdding(true)}>
      Add key material
    </Button>
  );
  if (material.isPending) return <Skeleton rows={4} />;
  if (material.isError) return <ErrorCard {...sentences(material.error)} />;
  const dialog = adding && (
    <Suspense>
      <AddSecret asset={asset.id} files={[]} onClose={() => setAdding(false)} />
    </Suspense>
  );
  const secrets = material.data.pages.flatMap((page) => page.items);
  if (secrets.length === 0) {
    return (
      <>
        {dialog}
        <EmptyState title="No key material yet" action={add} example="server.key, a database password">
          What is added here is sealed at once, and can then be wrapped, attested and revealed.
        </EmptyState>
      </>
    );
  }
  return (
    <div className={styles.sections}>
      {dialog}
      <ul className={styles.material}>
        {secrets.map((secret) => (
          <Secret key={secret.id} secret={secret} />
        ))}
      </ul>
      <div className={styles.inline}>
        {add}
        <Button look="quiet" onClick={() => goTo('/secrets', { asset: asset.id })}>
          {material.hasNextPage ? 'Show all of it' : 'Show in Secrets'}
        </Button>
      </div>
    </div>
  );
}

function Secret({ secret }: { secret: SecretView }) {
  const [asked, setAsked] = useState(false);
  return (
    <li>
      <div className={styles.secret}>
        <span className={styles.strong}>
          <Foreign text={secret.label} />
        </span>
        <span className={styles.note}>
          {KEY_TYPES[secret.key_type]}, {secret.wrapped_at ? 'wrapped ' : 'not wrapped by an anchor yet'}
          {secret.wrapped_at && <RelativeTime at={secret.wrapped_at} />}
        </span>
        <span className={styles.note}>
          <Foreign text={secret.suite} mono />
        </span>
      </div>
      <IconButton label={`Reveal ${visible(secret.label)}`} onClick={() => setAsked(true)}>
        <Eye aria-hidden="true" />
      </IconButton>
      {asked && (
        <Suspense>
          <RevealDialog secret={secret} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </li>
  );
}

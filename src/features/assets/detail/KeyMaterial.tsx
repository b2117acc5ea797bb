import { Eye, Plus } from 'lucide-react';
import type { AssetDetail, SecretView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useMaterial, useRevealSecret } from '@/api/protection';
import { Button, IconButton } from '@/components/Button';
import { EmptyState, ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign, visible } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import { KEY_TYPES } from '../words';
import styles from './Detail.module.css';

/** What an asset holds: never the material itself, which only its own window shows. */
export function KeyMaterial({ asset }: { asset: AssetDetail }) {
  const material = useMaterial(asset.id);
  const goTo = useGoTo();
  const add = (
    <Button icon={<Plus aria-hidden="true" />} onClick={() => goTo('/secrets', { asset: asset.id, add: true })}>
      Add key material
    </Button>
  );
  if (material.isPending) return <Skeleton rows={4} />;
  if (material.isError) return <ErrorCard {...sentences(material.error)} />;
  if (material.data.items.length === 0) {
    return (
      <EmptyState title="No key material yet" action={add} example="server.key, a database password">
        What is added here is sealed at once, and can then be wrapped, attested and revealed.
      </EmptyState>
    );
  }
  return (
    <div className={styles.sections}>
      <ul className={styles.material}>
        {material.data.items.map((secret) => (
          <Secret key={secret.id} secret={secret} />
        ))}
      </ul>
      <div className={styles.inline}>
        {add}
        <Button look="quiet" onClick={() => goTo('/secrets', { asset: asset.id })}>
          {material.data.next ? 'Show all of it' : 'Show in Secrets'}
        </Button>
      </div>
    </div>
  );
}

function Secret({ secret }: { secret: SecretView }) {
  const act = useAct(useRevealSecret());
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
      <IconButton label={`Reveal ${visible(secret.label)}`} onClick={() => act(secret.id)}>
        <Eye aria-hidden="true" />
      </IconButton>
    </li>
  );
}

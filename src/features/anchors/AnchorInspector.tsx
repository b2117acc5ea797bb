import { useState } from 'react';
import { useActivateAnchor, useRewrap, useRotateAnchor } from '@/api/anchors';
import type { AnchorView, VersionView } from '@/api/bindings';
import { Badge, Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { Dialog } from '@/components/Dialog';
import { RadioCards } from '@/components/Field';
import { Foreign } from '@/components/Foreign';
import { formatNumber, RelativeTime } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue, Section } from '@/components/KeyValue';
import { useToast } from '@/components/Toast';
import { ENVIRONMENTS } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import styles from './Anchors.module.css';
import { newest, STATE_WORDS, SUITES } from './words';

/** One anchor, its versions, and what can be done with it. */
export function AnchorInspector({ anchor, onClose }: { anchor: AnchorView; onClose: () => void }) {
  const [rotating, setRotating] = useState(false);
  const current = newest(anchor);
  const behind = anchor.versions.filter((one) => one.version !== current?.version).reduce((sum, one) => sum + one.secrets, 0);
  return (
    <Inspector
      title={<Foreign text={anchor.name} />}
      onClose={onClose}
      actions={
        <>
          {!anchor.is_active && <Activate anchor={anchor} />}
          <Button onClick={() => setRotating(true)}>Rotate</Button>
          {behind > 0 && <Rewrap anchor={anchor} secrets={behind} />}
        </>
      }
    >
      {behind > 0 && <Banner tone="warn">{formatNumber(behind)} secrets are still wrapped under older versions.</Banner>}
      <KeyValue
        rows={[
          ['Environment', ENVIRONMENTS[anchor.environment]],
          ['State', anchor.is_active ? 'active: new secrets are wrapped under it' : 'not active'],
          ['Made', <RelativeTime key="made" at={anchor.created_at} />],
          ['Id', <Copyable key="id" text={anchor.id} label="id" />],
        ]}
      />
      <Section title="Versions">
        <div className={styles.versions}>
          {anchor.versions.toReversed().map((version) => (
            <Version key={version.version} version={version} />
          ))}
        </div>
      </Section>
      {rotating && <RotateDialog anchor={anchor} onClose={() => setRotating(false)} />}
    </Inspector>
  );
}

function Version({ version }: { version: VersionView }) {
  return (
    <div className={styles.version}>
      <span className={styles.line}>
        <strong>Version {version.version}</strong>
        <Badge tone={version.state === 'ACTIVE' ? 'good' : 'neutral'}>{STATE_WORDS[version.state]}</Badge>
      </span>
      <span>{version.suite}</span>
      <span className={styles.line}>
        <span className={styles.muted}>
          {formatNumber(version.secrets)} secrets · made <RelativeTime at={version.created_at} />
        </span>
        <Copyable text={version.public_key} label="public key" />
      </span>
    </div>
  );
}

function Activate({ anchor }: { anchor: AnchorView }) {
  const activating = useActivateAnchor();
  const activate = useAct(activating);
  const toast = useToast();
  return (
    <Button
      look="primary"
      busy={activating.isPending}
      onClick={async () => {
        if (await activate(anchor.id))
          toast({ text: `“${anchor.name}” is the active anchor of ${ENVIRONMENTS[anchor.environment]}.`, tone: 'good' });
      }}
    >
      Activate
    </Button>
  );
}

function Rewrap({ anchor, secrets }: { anchor: AnchorView; secrets: number }) {
  const rewrapping = useRewrap();
  const rewrap = useAct(rewrapping);
  const toast = useToast();
  return (
    <Button
      look="primary"
      busy={rewrapping.isPending}
      onClick={async () => {
        const report = await rewrap(anchor.id);
        if (!report) return;
        const failed = report.failed.length > 0 ? `, ${report.failed.length} assets failed` : '';
        toast({ text: `${report.secrets} secrets wrapped with ${report.suite}${failed}.`, tone: failed ? 'bad' : 'good' });
      }}
    >
      Rewrap {formatNumber(secrets)}
    </Button>
  );
}

function RotateDialog({ anchor, onClose }: { anchor: AnchorView; onClose: () => void }) {
  const [suite, setSuite] = useState<string>(newest(anchor)?.suite ?? 'ML-KEM-1024');
  const rotating = useRotateAnchor();
  const rotate = useAct(rotating);
  const toast = useToast();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rotate the anchor"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={rotating.isPending}
            onClick={async () => {
              if (await rotate({ anchor: anchor.id, suite })) {
                toast({
                  text: 'New secrets are wrapped under the new version. Older ones still open; rewrap them when it suits.',
                  tone: 'good',
                });
              }
              onClose();
            }}
          >
            Rotate
          </Button>
        </>
      }
    >
      <p>A new version with a new key pair wraps from now on. The old one still opens what it wrapped.</p>
      <RadioCards legend="Suite" value={suite} options={SUITES} onChange={setSuite} />
    </Dialog>
  );
}

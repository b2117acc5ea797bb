import { Play, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Badge, Banner } from '@/components/Badge';
import { Button, IconButton, LinkButton } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { Countdown } from '@/components/Countdown';
import { EmptyState, ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Checkbox, RadioCards, SecretField, Select, TextArea, TextField } from '@/components/Field';
import { Foreign } from '@/components/Foreign';
import { formatNumber, RelativeTime } from '@/components/Format';
import { JobChip } from '@/components/JobChip';
import { JsonEditor } from '@/components/JsonEditor';
import { Kbd } from '@/components/Kbd';
import { KeyValue } from '@/components/KeyValue';
import { Menu } from '@/components/Menu';
import { LevelBadge, ScoreBar, ScoreSum } from '@/components/Score';
import { SearchField } from '@/components/SearchField';
import { SegmentedControl } from '@/components/SegmentedControl';
import { Steps } from '@/components/Steps';
import { Tabs } from '@/components/Tabs';
import { VerdictMark, VerdictTriple } from '@/components/Verdict';
import styles from './Gallery.module.css';
import { HOSTILE, HOSTILE_NAMES } from './hostile';

const HASH = '0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
const SCORES = [12, 44, 68, 93];
const nothing = () => {};

export function Buttons() {
  return (
    <div className={styles.line}>
      <Button look="primary">Start the scan</Button>
      <Button>Cancel</Button>
      <Button look="quiet">Show more</Button>
      <Button look="danger" icon={<Trash2 aria-hidden="true" />}>
        Remove
      </Button>
      <Button busy>Working</Button>
      <Button disabled>Not now</Button>
      <LinkButton>All that stand so</LinkButton>
      <IconButton label="Run">
        <Play aria-hidden="true" />
      </IconButton>
      <Menu
        label="More"
        trigger="More"
        items={[
          { id: 'edit', label: 'Edit', onSelect: nothing },
          { id: 'shown', label: 'Shown', checked: true, onSelect: nothing },
          { id: 'remove', label: 'Remove', danger: true, onSelect: nothing },
        ]}
      />
      <Kbd keys="Ctrl K" />
    </div>
  );
}

export function Fields() {
  const secret = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('{\n  "levels": ["HIGH"],\n}');
  return (
    <div className={styles.stack}>
      <TextField label="Name" placeholder="api.example.org" hint="As it is shown in lists." />
      <TextField label="Port" defaultValue="70000" error="A port is a number from 1 to 65535." />
      <SecretField label="Passphrase" inputRef={secret} hint="It is kept nowhere." />
      <Select
        label="Environment"
        value="prod"
        onChange={nothing}
        options={[
          { value: 'prod', label: 'Production' },
          { value: 'dev', label: 'Development' },
        ]}
      />
      <TextArea label="Targets" rows={3} defaultValue={'example.org:443\nmail.example.org:25'} />
      <JsonEditor label="Scope" value={text} onChange={setText} rows={4} error="Line 3: a comma with nothing after it." />
    </div>
  );
}

export function Choices() {
  const [way, setWay] = useState<'tpm' | 'passphrase' | null>('tpm');
  const [range, setRange] = useState<'week' | 'month'>('week');
  const [isOn, setOn] = useState(true);
  const [search, setSearch] = useState('');
  return (
    <div className={styles.stack}>
      <RadioCards
        legend="How the vault opens"
        value={way}
        onChange={setWay}
        options={[
          {
            value: 'tpm',
            label: 'This machine and a wallet',
            badge: <Badge tone="good">Recommended</Badge>,
            description: 'An attacker needs this machine, running, and your wallet.',
          },
          { value: 'passphrase', label: 'A passphrase', description: 'An attacker needs a copy of the disk, and to guess.' },
        ]}
      />
      <div className={styles.line}>
        <SegmentedControl
          label="Range"
          value={range}
          onChange={setRange}
          options={[
            { value: 'week', label: 'Week' },
            { value: 'month', label: 'Month' },
          ]}
        />
        <SearchField label="Find an asset" value={search} onChange={setSearch} />
      </div>
      <Checkbox label="Follow redirects" hint="Up to three." checked={isOn} onChange={setOn} />
      <Checkbox look="switch" label="Close to the tray" hint="The vault stays as it is." checked={isOn} onChange={setOn} />
      <Tabs
        tabs={[
          { id: 'facts', label: 'Facts', content: 'What was seen.' },
          { id: 'history', label: 'History', content: 'What changed.' },
        ]}
      />
    </div>
  );
}

export function Marks() {
  return (
    <div className={styles.stack}>
      <div className={styles.line}>
        <VerdictMark verdict="NON_PQC" />
        <VerdictMark verdict="HYBRID" />
        <VerdictMark verdict="PQC" />
        <VerdictMark verdict="UNKNOWN" />
        <VerdictTriple keyExchange="HYBRID" authentication="NON_PQC" dataAtRest="UNKNOWN" />
      </div>
      {LEVELS.map((level, at) => (
        <div key={level} className={styles.line}>
          <span className={styles.fixed}>
            <LevelBadge level={level} />
          </span>
          <ScoreBar score={SCORES[at] ?? 0} level={level} />
        </div>
      ))}
      <ScoreSum
        total={68}
        addends={[
          { label: 'Algorithms', value: 40, why: 'RSA-2048 signs; X25519MLKEM768 is offered.' },
          { label: 'Exposure', value: 38, why: 'Anybody on the internet can reach it.' },
          { label: 'Wrapping', value: -10, why: 'Half of its material is wrapped.' },
        ]}
      />
    </div>
  );
}

export function Texts() {
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  return (
    <KeyValue
      rows={[
        ['Hash', <Copyable key="hash" label="hash" text={HASH} />],
        ['Last scan', <RelativeTime key="scan" at={ago(3)} />],
        ['Attested', <RelativeTime key="attested" at={null} />],
        ['Number', formatNumber(1_234_567)],
        ...Object.entries(HOSTILE).map(
          ([name, text]) => [HOSTILE_NAMES[name as keyof typeof HOSTILE], <Foreign key={name} text={text} mono />] as const,
        ),
      ]}
    />
  );
}

export function States() {
  return (
    <div className={styles.stack}>
      <div className={styles.line}>
        <Badge>Draft</Badge>
        <Badge tone="good">Active</Badge>
        <Badge tone="warn">Expires soon</Badge>
        <Badge tone="bad">Failed</Badge>
        <Badge tone="info">New</Badge>
      </div>
      <Banner tone="warn" action={<Button>Add a way</Button>}>
        One loss would lock the vault for good.
      </Banner>
      <ErrorCard
        what="The node did not answer."
        remedy="Start it, or name another in the settings."
        code="unreachable"
        request="0192f0c4-7a10-7000-8000-000000000001"
        action={<Button>Try again</Button>}
      />
      <div className={styles.line}>
        <JobChip label="Scanning" done={37} total={120} onOpen={nothing} onCancel={nothing} />
        <Countdown from={60} label="Hidden in" />
      </div>
      <Steps steps={['Machine', 'Ways', 'Wallet', 'Recovery']} at={1} />
      <Skeleton rows={3} label="Rows on their way" />
      <EmptyState title="No assets yet" action={<Button look="primary">Add targets</Button>} example="example.org:443">
        What a scan finds is listed here.
      </EmptyState>
    </div>
  );
}

import { useAssetHistory } from '@/api/assets';
import type { Change, ScanResult, Sighting } from '@/api/bindings';
import { sentences } from '@/api/call';
import { Badge } from '@/components/Badge';
import { Button, LinkButton } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { ScoreBar } from '@/components/Score';
import { VerdictTriple } from '@/components/Verdict';
import { KINDS } from '@/features/scans/words';
import { useGoTo } from '@/routes/useView';
import { VERDICTS } from '../words';
import styles from './Detail.module.css';

const RESULTS: Record<ScanResult, { word: string; tone: 'info' | 'warn' | 'neutral' }> = {
  NEW: { word: 'First seen', tone: 'info' },
  UPDATED: { word: 'Changed', tone: 'warn' },
  UNCHANGED: { word: 'As before', tone: 'neutral' },
};

/** Every scan that saw an asset, with what had changed since the one before. */
export function History({ asset }: { asset: string }) {
  const history = useAssetHistory(asset);
  if (history.isPending) return <Skeleton rows={6} />;
  if (history.isError) return <ErrorCard {...sentences(history.error)} />;
  const sightings = history.data.pages.flatMap((page) => page.items);
  if (sightings.length === 0) return <p className={styles.note}>No scan has seen this asset; it was added by hand.</p>;
  return (
    <div>
      <ol>
        {sightings.map((sighting) => (
          <Seen key={`${sighting.scan} ${sighting.at}`} sighting={sighting} />
        ))}
      </ol>
      {history.hasNextPage && (
        <Button look="quiet" busy={history.isFetchingNextPage} onClick={() => history.fetchNextPage()}>
          Show earlier scans
        </Button>
      )}
    </div>
  );
}

function Seen({ sighting }: { sighting: Sighting }) {
  const goTo = useGoTo();
  const { result, standing, changes } = sighting;
  return (
    <li className={styles.sighting}>
      <div className={styles.sightingHead}>
        <span className={styles.strong}>
          <RelativeTime at={sighting.at} />
        </span>
        <Badge tone={RESULTS[result].tone}>{RESULTS[result].word}</Badge>
        <LinkButton onClick={() => goTo('/scans', { scan: sighting.scan })}>{KINDS[sighting.scan_type]}</LinkButton>
      </div>
      {standing && (
        <div className={styles.standing}>
          <VerdictTriple
            keyExchange={standing.key_exchange}
            authentication={standing.authentication}
            dataAtRest={standing.data_at_rest}
          />
          <ScoreBar score={standing.score} level={standing.level} />
        </div>
      )}
      {changes && changes.length > 0 && (
        <ul aria-label="What had changed">
          {changes.map((change) => (
            <Difference key={`${change.what} ${change.before} ${change.after}`} change={change} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Difference({ change: { what, before, after } }: { change: Change }) {
  return (
    <li className={styles.change}>
      <Foreign text={capital(what.replace(/^verdict on /, ''))} />
      <span>
        {before !== null && (
          <del>
            <Foreign text={worded(before)} />
          </del>
        )}
        {before !== null && after !== null && <span> → </span>}
        {after !== null && (
          <ins>
            <Foreign text={worded(after)} />
          </ins>
        )}
      </span>
    </li>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A verdict in its word; everything else as it is. */
function worded(value: string): string {
  return Object.hasOwn(VERDICTS, value) ? VERDICTS[value as keyof typeof VERDICTS] : value;
}

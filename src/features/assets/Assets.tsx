import { ArrowUp, Plus } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useAssetCounts, useAssets } from '@/api/assets';
import { sentences } from '@/api/call';
import { Button } from '@/components/Button';
import { DataTable } from '@/components/DataTable';
import { ErrorCard } from '@/components/ErrorCard';
import { formatNumber } from '@/components/Format';
import { WithInspector } from '@/components/Inspector';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useKeptColumns } from '@/components/useShownColumns';
import { useOffer } from '@/features/palette/actions';
import { useGoTo, useView } from '@/routes/useView';
import { AddAsset } from './AddAsset';
import { AssetFilters } from './AssetFilters';
import { AssetInspector } from './AssetInspector';
import styles from './Assets.module.css';
import { COLUMNS } from './columns';
import { MarkedBar } from './MarkedBar';
import { NoAssets } from './NoAssets';
import { SavedViews } from './SavedViews';
import { type AssetNews, useAssetNews } from './useAssetNews';
import { isFiltered, listOf, sortedBy, sortOf, unfiltered } from './view';

/** The inventory: what was found, how it stands, and what to do about it. */
export default function Assets() {
  const view = useView();
  const goTo = useGoTo();
  const [version, setVersion] = useState(0);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [adding, setAdding] = useState(false);
  const columns = useKeptColumns(COLUMNS, 'assets');
  const written = JSON.stringify(listOf(view.search));
  const list = useMemo(() => JSON.parse(written) as ReturnType<typeof listOf>, [written]);
  const assets = useAssets(list, version);
  const counts = useAssetCounts(list).data;
  const rows = useMemo(() => assets.data?.pages.flatMap((page) => page.items) ?? [], [assets.data]);
  const news = useAssetNews(list, version, rows);
  const renew = useCallback(() => setVersion((before) => before + 1), []);
  const open = view.text('open');

  // What is marked is what is seen: another list has no marks of this one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each list has its own marks
  useEffect(() => setMarked(new Set()), [written]);
  useEffect(() => {
    if (rows.length === 0 && news.came > 0) renew();
  }, [rows.length, news.came, renew]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = assets;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const show = useCallback(
    (id: string | undefined) => view.set({ open: id, tab: id ? view.search.tab : undefined }, { replace: open !== undefined }),
    [view, open],
  );
  const close = useCallback(() => show(undefined), [show]);
  useOffer(
    useMemo(
      () => [
        { id: 'assets.add', label: 'Add an asset by hand', words: 'new database files key', run: () => setAdding(true) },
        { id: 'assets.renew', label: 'Read the list of assets anew', words: 'refresh reload', run: renew },
      ],
      [renew],
    ),
  );

  return (
    <WithInspector
      inspector={open ? <AssetInspector asset={open} onClose={close} /> : null}
      list={
        <>
          <ScreenHeader
            title="Assets"
            count={counts?.total}
            actions={
              <>
                <SavedViews view={view} hidden={columns.hidden} onHide={columns.onHide} />
                <Button icon={<Plus aria-hidden="true" />} onClick={() => setAdding(true)}>
                  Add
                </Button>
                <Button look="primary" onClick={() => goTo('/scans', { new: true })}>
                  Scan
                </Button>
              </>
            }
          >
            <AssetFilters view={view} counts={counts} />
          </ScreenHeader>
          <div className={styles.pane}>
            {assets.isError && rows.length === 0 ? (
              <Problem error={assets.error} onRetry={() => assets.refetch()} />
            ) : (
              <>
                <News news={news} onShow={renew} />
                <DataTable
                  label="Assets"
                  listed={`${written}#${version}`}
                  columns={COLUMNS}
                  chosen={columns}
                  rows={rows}
                  rowId={(row) => row.id}
                  total={counts?.total}
                  open={open}
                  onOpen={show}
                  marked={marked}
                  onMark={setMarked}
                  sort={sortOf(view.search)}
                  onSort={(by) => view.set(sortedBy(view.search, by))}
                  onEnd={onEnd}
                  loading={assets.isPending}
                  empty={<NoAssets filtered={isFiltered(view.search)} onClear={() => view.set(unfiltered)} />}
                />
                {marked.size > 0 && (
                  <MarkedBar assets={rows.filter((row) => marked.has(row.id))} onClear={() => setMarked(new Set())} />
                )}
              </>
            )}
          </div>
          {adding && (
            <AddAsset
              onClose={() => setAdding(false)}
              onAdded={(id) => {
                setAdding(false);
                renew();
                show(id);
              }}
            />
          )}
        </>
      }
    />
  );
}

/** What came into the list since it was read; one click takes it in. */
function News({ news, onShow }: { news: AssetNews; onShow: () => void }) {
  if (news.came === 0 && !news.changed) return null;
  return (
    <button type="button" className={styles.news} onClick={onShow}>
      <ArrowUp aria-hidden="true" />
      <span role="status">{news.came > 0 ? `${formatNumber(news.came)} new – show` : 'The list has changed – show'}</span>
    </button>
  );
}

function Problem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div className={styles.problem}>
      <ErrorCard {...sentences(error)} action={<Button onClick={onRetry}>Try again</Button>} />
    </div>
  );
}

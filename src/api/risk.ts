import { keepPreviousData, queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import * as core from './bindings';
import { call } from './call';
import { client } from './client';

/** As many snapshots as the core gives. */
const POINTS = 200;

/** A fraction of no assets is no number to the core, and crosses as nothing: here it is 0. */
type Filled<T> = { [K in keyof T]: NonNullable<T[K]> };

export type Kpis = Filled<core.Kpis>;
/** Verdicts that nobody counted stay nothing: they were not 0. */
export type TrendPoint = Filled<Omit<core.TrendPoint, 'verdicts'>> & Pick<core.TrendPoint, 'verdicts'>;

/** The numbers now, their trend, and the deadlines that assets miss. */
export interface Risk extends Omit<core.RiskProfile, 'now' | 'trend'> {
  now: Kpis;
  trend: TrendPoint[];
}

const risk = queryOptions({
  queryKey: ['risk'],
  queryFn: () => call<core.RiskProfile>(core.commands.riskShow(POINTS)),
  select: ({ now, trend, ...rest }): Risk => ({ now: filled(now), trend: trend.map(pointOf), ...rest }),
  refetchInterval: 60_000,
  placeholderData: keepPreviousData,
});

export const useRisk = () => useQuery(risk);

/** Asks for what the first screen shows, while the page is still being put together. */
export const askRiskEarly = () => client.prefetchQuery(risk);

/** Writes the report that can be printed to a file that the person chooses; nothing where they choose none. */
export const useMakeReport = () =>
  useMutation({
    mutationFn: (options: core.ReportOptions) => call<core.ReportFile | null>(core.commands.reportMake(options)),
  });

const pointOf = ({ verdicts, ...numbers }: core.TrendPoint): TrendPoint => ({ ...filled(numbers), verdicts });

function filled<T extends object>(numbers: T): Filled<T> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, value ?? 0])) as Filled<T>;
}

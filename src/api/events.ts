import { useEffect, useState } from 'react';
import { events, type JobEvent, type Picked, type Problem, type Question } from './bindings';
import { client } from './client';
import { isFinal } from './jobs';

export interface Listeners {
  onAsked: (question: Question | null) => void;
  onTold: (text: string) => void;
  onWorkFailed: (problem: Problem) => void;
  onJob: (event: JobEvent) => void;
  onGoTo: (path: string) => void;
}

/** What a job of each kind changes. */
const CHANGED = ['assets', 'environments', 'scans', 'risk', 'jobs', 'policies', 'secrets', 'attest', 'audit', 'vault'];
const PACE_MS = 1_000;

/** Follows what the core tells, for as long as the window is there. */
export function useCoreEvents(listeners: Listeners) {
  useEffect(() => {
    let refresh = 0;
    const refreshSoon = (event: JobEvent) => {
      const now = Date.now();
      if (!isFinal(event.state) && now - refresh < PACE_MS) return;
      refresh = now;
      for (const key of CHANGED) client.invalidateQueries({ queryKey: [key] });
    };
    const listening = [
      events.asked.listen(({ payload }) => listeners.onAsked(payload)),
      events.told.listen(({ payload }) => listeners.onTold(payload)),
      events.workFailed.listen(({ payload }) => listeners.onWorkFailed(payload)),
      events.goTo.listen(({ payload }) => listeners.onGoTo(payload)),
      events.sessionChanged.listen(() => client.invalidateQueries()),
      events.jobMoved.listen(({ payload }) => {
        listeners.onJob(payload);
        refreshSoon(payload);
      }),
    ];
    return () => {
      for (const one of listening) one.then((stop) => stop());
    };
  }, [listeners]);
}

/** Files that are dropped on the window while this is shown. */
export function useDroppedFiles(onDrop: (files: Picked[]) => void) {
  useEffect(() => {
    const listening = events.filesDropped.listen(({ payload }) => onDrop(payload));
    return () => {
      listening.then((stop) => stop());
    };
  }, [onDrop]);
}

/** The newest report of a job, from the moment that this is shown. */
export function useJobReport(job: string | null): JobEvent | null {
  const [report, setReport] = useState<JobEvent | null>(null);
  useEffect(() => {
    setReport(null);
    const listening = events.jobMoved.listen(({ payload }) => {
      if (payload.job === job) setReport(payload);
    });
    return () => {
      listening.then((stop) => stop());
    };
  }, [job]);
  return report;
}

//! Many targets: bounded concurrency, constant memory, results as they come.

use std::collections::HashMap;

use futures_util::{Stream, StreamExt};
use tokio::task::{Id, JoinError, JoinSet};

use crate::probe::Prober;
use crate::report::Report;
use crate::target::Target;

/// Probes every target of a stream and hands each report to `sink` with the target's key, in the
/// order in which they finish. A target is taken from the stream only when there is room for it
/// (`Limits::concurrency`), and none while `sink` works, so memory does not grow with the number of
/// targets. `futures_util::stream::iter` makes a stream of any iterator.
///
/// Cancel by dropping the future: probes under way end at once and their reports are lost.
pub async fn scan_many<K, S, F>(prober: &Prober, targets: S, mut sink: F)
where
    S: Stream<Item = (K, Target)>,
    F: AsyncFnMut(K, Report),
{
    let mut targets = std::pin::pin!(targets.fuse());
    let mut probes = JoinSet::new();
    let mut under_way: HashMap<Id, (K, Target)> = HashMap::new();
    let room = prober.limits().concurrency.max(1);
    loop {
        tokio::select! {
            biased;
            Some(ended) = probes.join_next_with_id(), if !probes.is_empty() => {
                if let Some((key, report)) = settle(&mut under_way, ended) {
                    sink(key, report).await;
                }
            }
            Some((key, target)) = targets.next(), if probes.len() < room => {
                let (prober, own) = (prober.clone(), target.clone());
                let handle = probes.spawn(async move { prober.probe(&own).await });
                under_way.insert(handle.id(), (key, target));
            }
            else => return,
        }
    }
}

/// The report of a probe that ended, also of one that ended by a defect.
fn settle<K>(
    under_way: &mut HashMap<Id, (K, Target)>,
    ended: Result<(Id, Report), JoinError>,
) -> Option<(K, Report)> {
    match ended {
        Ok((id, report)) => under_way.remove(&id).map(|(key, _)| (key, report)),
        Err(error) => {
            let (key, target) = under_way.remove(&error.id())?;
            Some((key, Report::defect(target, error)))
        }
    }
}

//! Inclusion and consistency proofs (RFC 9162 sections 2.1.3 and 2.1.4).
//!
//! Making a proof is split in two, so that the hashes may come from anywhere: [`inclusion`] and
//! [`consistency`] name the subtrees whose roots the proof is made of, a source hashes them.
//! Verifying takes size and root, which must come from a verified checkpoint.

use crate::Error;
use crate::tree::{Hash, Tree, node_hash};

/// Leaves `start` to `end` (exclusive). The start is a multiple of the smallest power of two that
/// holds them all, so a subtree of more leaves than a tile begins at a tile's first leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subtree {
    /// First leaf.
    pub start: u64,
    /// Leaf after the last.
    pub end: u64,
}

/// The subtrees of the inclusion proof of leaf `index` among the first `size`, in proof order.
///
/// # Errors
/// [`Error::OutOfRange`] where there is no such leaf.
pub fn inclusion(index: u64, size: u64) -> Result<Vec<Subtree>, Error> {
    if index >= size {
        return Err(Error::OutOfRange {
            position: index,
            size,
        });
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(Subtree { start: middle, end });
            end = middle;
        } else {
            path.push(Subtree { start, end: middle });
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The subtrees of the proof that the first `from` leaves are the beginning of the first `size`.
///
/// # Errors
/// [`Error::OutOfRange`] where `from` is larger than `size`.
pub fn consistency(from: u64, size: u64) -> Result<Vec<Subtree>, Error> {
    if from > size {
        return Err(Error::OutOfRange {
            position: from,
            size,
        });
    }
    if from == 0 || from == size {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end != from {
        let middle = start + split(end - start);
        if from <= middle {
            path.push(Subtree { start: middle, end });
            end = middle;
        } else {
            path.push(Subtree { start, end: middle });
            start = middle;
        }
    }
    // The old root itself is known to the verifier.
    if start != 0 {
        path.push(Subtree { start, end });
    }
    path.reverse();
    Ok(path)
}

/// Hashes subtrees from all leaf hashes of a log, for logs that fit in memory.
#[must_use]
pub fn from_leaves(leaves: &[Hash], path: &[Subtree]) -> Vec<Hash> {
    path.iter()
        .map(|subtree| {
            let range = usize::try_from(subtree.start).unwrap_or(usize::MAX)
                ..usize::try_from(subtree.end).unwrap_or(usize::MAX);
            let mut tree = Tree::new();
            for leaf in leaves.get(range).unwrap_or_default() {
                tree.append(*leaf);
            }
            tree.root()
        })
        .collect()
}

/// Verifies that the leaf with this hash is at `index` among the first `size` under `root`.
///
/// # Errors
/// [`Error::BadProof`] where it is not, or the proof is longer or shorter than it must be.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), Error> {
    let bad = || Error::BadProof("inclusion");
    let path = inclusion(index, size).map_err(|_| bad())?;
    if path.len() != proof.len() {
        return Err(bad());
    }
    let computed = path
        .iter()
        .zip(proof)
        .fold(*leaf, |hash, (subtree, other)| {
            if subtree.end <= index {
                node_hash(other, &hash)
            } else {
                node_hash(&hash, other)
            }
        });
    if computed == *root {
        Ok(())
    } else {
        Err(bad())
    }
}

/// Verifies that the log of `from` leaves under `from_root` is the beginning of that of `size`
/// under `root`.
///
/// # Errors
/// [`Error::BadProof`] where it is not.
pub fn verify_consistency(
    from: u64,
    size: u64,
    proof: &[Hash],
    from_root: &Hash,
    root: &Hash,
) -> Result<(), Error> {
    let bad = || Error::BadProof("consistency");
    let path = consistency(from, size).map_err(|_| bad())?;
    if path.len() != proof.len() {
        return Err(bad());
    }
    if from == 0 {
        return if *from_root == Tree::new().root() {
            Ok(())
        } else {
            Err(bad())
        };
    }
    if from == size {
        return if from_root == root {
            Ok(())
        } else {
            Err(bad())
        };
    }
    let mut steps = path.iter().zip(proof).peekable();
    // The subtree that ends at `from` begins both chains: the old root where it starts at 0.
    let seed = match steps.next_if(|(subtree, _)| subtree.end == from) {
        Some((_, hash)) => *hash,
        None => *from_root,
    };
    let (mut old, mut new) = (seed, seed);
    for (subtree, other) in steps {
        if subtree.end <= from {
            old = node_hash(other, &old);
            new = node_hash(other, &new);
        } else {
            new = node_hash(&new, other);
        }
    }
    if old == *from_root && new == *root {
        Ok(())
    } else {
        Err(bad())
    }
}

/// The largest power of two smaller than `leaves`, which is at least 2.
const fn split(leaves: u64) -> u64 {
    1 << (63 - (leaves - 1).leading_zeros())
}

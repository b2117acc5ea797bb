//! The tree and its proofs against another implementation (`tests/vectors/merkle.json`).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use qv_audit::proof::{consistency, from_leaves, inclusion, verify_consistency, verify_inclusion};
use qv_audit::tree::leaf_hash;
use qv_audit::{Hash, Tree};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    leaves: Vec<String>,
    leaf_hashes: Vec<String>,
    trees: Vec<SizedTree>,
    negative: Vec<Negative>,
}

#[derive(Deserialize)]
struct SizedTree {
    size: u64,
    root: String,
    inclusion: Vec<Inclusion>,
    consistency: Vec<Consistency>,
}

#[derive(Deserialize)]
struct Inclusion {
    index: u64,
    proof: Vec<String>,
}

#[derive(Deserialize)]
struct Consistency {
    from: u64,
    root: String,
    proof: Vec<String>,
}

#[derive(Deserialize)]
struct Negative {
    kind: String,
    name: String,
    leaf_hash: Option<String>,
    index: Option<u64>,
    from: Option<u64>,
    from_root: Option<String>,
    size: u64,
    proof: Vec<String>,
    root: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../tests/vectors/merkle.json")).unwrap()
}

fn hash(text: &str) -> Hash {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn hashes(texts: &[String]) -> Vec<Hash> {
    texts.iter().map(|text| hash(text)).collect()
}

#[test]
fn leaves_roots_and_proofs_are_the_same() {
    let vectors = vectors();
    let leaves: Vec<Hash> = vectors
        .leaves
        .iter()
        .map(|leaf| leaf_hash(leaf.as_bytes()))
        .collect();
    assert_eq!(leaves, hashes(&vectors.leaf_hashes));
    for tree in &vectors.trees {
        let mut ours = Tree::new();
        leaves[..tree.size as usize].iter().for_each(|leaf| {
            ours.append(*leaf);
        });
        let root = hash(&tree.root);
        assert_eq!(ours.root(), root, "size {}", tree.size);
        for entry in &tree.inclusion {
            let proof = from_leaves(&leaves, &inclusion(entry.index, tree.size).unwrap());
            assert_eq!(
                proof,
                hashes(&entry.proof),
                "inclusion of {} in {}",
                entry.index,
                tree.size
            );
            verify_inclusion(
                &leaves[entry.index as usize],
                entry.index,
                tree.size,
                &proof,
                &root,
            )
            .unwrap();
        }
        for entry in &tree.consistency {
            let proof = from_leaves(&leaves, &consistency(entry.from, tree.size).unwrap());
            assert_eq!(
                proof,
                hashes(&entry.proof),
                "consistency of {} with {}",
                entry.from,
                tree.size
            );
            verify_consistency(entry.from, tree.size, &proof, &hash(&entry.root), &root).unwrap();
        }
    }
}

#[test]
fn what_must_be_refused_is_refused() {
    let vectors = vectors();
    assert_eq!(vectors.negative.len(), 17);
    for case in &vectors.negative {
        let (proof, root) = (hashes(&case.proof), hash(&case.root));
        let result = match case.kind.as_str() {
            "inclusion" => {
                let leaf = hash(case.leaf_hash.as_ref().unwrap());
                verify_inclusion(&leaf, case.index.unwrap(), case.size, &proof, &root)
            }
            _ => {
                let from_root = hash(case.from_root.as_ref().unwrap());
                verify_consistency(case.from.unwrap(), case.size, &proof, &from_root, &root)
            }
        };
        assert!(result.is_err(), "{} {}", case.kind, case.name);
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::new();
    leaves.iter().for_each(|leaf| {
        tree.append(*leaf);
    });
    tree.root()
}

proptest! {
    /// Every proof verifies, and none does for another place, size or root.
    #[test]
    fn proofs_hold_for_their_own_question_only(size in 1u64..300, place in any::<prop::sample::Index>(), flip in 0usize..256) {
        let leaves = leaves(size);
        let whole = root(&leaves);
        let index = place.index(size as usize) as u64;
        let leaf = leaves[index as usize];
        let proof = from_leaves(&leaves, &inclusion(index, size).unwrap());
        prop_assert!(verify_inclusion(&leaf, index, size, &proof, &whole).is_ok());
        prop_assert!(verify_inclusion(&leaf, index + 1, size, &proof, &whole).is_err());
        prop_assert!(inclusion(size, size).is_err());

        let from = index;
        let old = root(&leaves[..from as usize]);
        let proof = from_leaves(&leaves, &consistency(from, size).unwrap());
        prop_assert!(verify_consistency(from, size, &proof, &old, &whole).is_ok());
        let mut other = old;
        other[flip / 8] ^= 1 << (flip % 8);
        prop_assert!(verify_consistency(from, size, &proof, &other, &whole).is_err());
        let mut other = whole;
        other[flip / 8] ^= 1 << (flip % 8);
        prop_assert!(from == 0 || verify_consistency(from, size, &proof, &old, &other).is_err());
        prop_assert!(consistency(size + 1, size).is_err());
    }
}

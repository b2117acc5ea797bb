//! The RFC 9162 Merkle tree as a compact range: the roots of its perfect subtrees, largest first.
//!
//! Appending needs no more than that (at most 64 hashes), so the store keeps it in one row. Every
//! [`TILE_LEAVES`] leaves a tile root falls out, which the store keeps too: with them a proof reads
//! a few hundred hashes instead of the log.

use sha2::{Digest, Sha256};

use crate::Error;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Height of a tile's root above its leaves.
pub const TILE_LEVEL: u32 = 8;

/// Leaves under one tile root.
pub const TILE_LEAVES: u64 = 1 << TILE_LEVEL;

/// Hash of a leaf: SHA-256(0x00 ‖ bytes).
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([0])
        .chain_update(bytes)
        .finalize()
        .into()
}

/// Hash of a node: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// A Merkle tree that can grow and tell its root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    /// One hash for each set bit of `size`, the highest bit's first.
    nodes: Vec<Hash>,
}

impl Tree {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tree of a stored state.
    ///
    /// # Errors
    /// [`Error::TreeState`] where the number of hashes does not fit the size.
    pub fn from_parts(size: u64, nodes: Vec<Hash>) -> Result<Self, Error> {
        if u64::from(size.count_ones()) != nodes.len() as u64 {
            return Err(Error::TreeState(
                "the number of subtree hashes does not fit the size",
            ));
        }
        Ok(Self { size, nodes })
    }

    /// The tree of a state stored as bytes, 32 for each subtree.
    ///
    /// # Errors
    /// As [`Tree::from_parts`].
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, Error> {
        let (nodes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() {
            return Err(Error::TreeState("the subtree hashes are cut short"));
        }
        Self::from_parts(size, nodes.to_vec())
    }

    /// The subtree hashes one after another, for [`Tree::from_bytes`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.nodes.concat()
    }

    /// How many leaves it has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Its root; SHA-256 of nothing where it is empty.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut nodes = self.nodes.iter().rev();
        match nodes.next() {
            None => Sha256::digest([]).into(),
            Some(last) => nodes.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// Appends a leaf's hash. Returns the root of the tile that it completes, if it does; the
    /// tile's index is then `size() / TILE_LEAVES - 1`.
    pub fn append(&mut self, leaf: Hash) -> Option<Hash> {
        self.append_at(0, leaf)
    }

    /// Appends the root of a whole tile.
    ///
    /// # Errors
    /// [`Error::TreeState`] where the size is not a multiple of [`TILE_LEAVES`].
    pub fn append_tile(&mut self, tile: Hash) -> Result<(), Error> {
        if !self.size.is_multiple_of(TILE_LEAVES) {
            return Err(Error::TreeState("a tile was put inside another"));
        }
        self.append_at(TILE_LEVEL, tile);
        Ok(())
    }

    fn append_at(&mut self, level: u32, node: Hash) -> Option<Hash> {
        let mut tile = None;
        let mut carry = node;
        let mut at = level;
        while self.size >> at & 1 == 1 {
            let Some(left) = self.nodes.pop() else { break };
            carry = node_hash(&left, &carry);
            at += 1;
            if at == TILE_LEVEL {
                tile = Some(carry);
            }
        }
        self.nodes.push(carry);
        self.size += 1 << level;
        tile
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition of RFC 9162 section 2.1.1, without a stack.
    fn defined_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                node_hash(&defined_root(&many[..split]), &defined_root(&many[split..]))
            }
        }
    }

    proptest! {
        #[test]
        fn equals_the_definition_and_survives_storage(count in 0usize..1100) {
            let leaves: Vec<Hash> = (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            let mut tree = Tree::new();
            let mut tiles = Vec::new();
            for leaf in &leaves {
                tree = Tree::from_bytes(tree.size(), &tree.to_bytes()).unwrap();
                tiles.extend(tree.append(*leaf));
            }
            prop_assert_eq!(tree.root(), defined_root(&leaves));
            prop_assert_eq!(tiles.len(), count / 256);
            let mut from_tiles = Tree::new();
            for tile in &tiles {
                from_tiles.append_tile(*tile).unwrap();
            }
            for leaf in &leaves[tiles.len() * 256..] {
                from_tiles.append(*leaf);
            }
            prop_assert_eq!(from_tiles, tree);
        }
    }

    #[test]
    fn contradictory_states_are_refused() {
        assert!(Tree::from_bytes(3, &[0; 32]).is_err());
        assert!(Tree::from_bytes(1, &[0; 31]).is_err());
        assert!(Tree::from_bytes(0, &[]).is_ok());
    }
}

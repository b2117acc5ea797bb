//! What the tests of the whole workspace share; the tests themselves are the sibling files of `src`.
//!
//! Start with [`fuzz`]: the bodies of the fuzz targets.

pub mod fuzz;

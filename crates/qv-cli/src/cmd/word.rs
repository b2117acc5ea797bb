//! Arguments that are words of an enum: any case, `-` for `_`, and their words in help and
//! completions.

use std::error::Error;
use std::ffi::OsStr;
use std::str::FromStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};

/// A parser for the words of an enum.
#[derive(Clone)]
pub struct Words<T: 'static> {
    all: &'static [T],
    word: fn(T) -> &'static str,
}

/// The words of `all`, each spelled by `word`.
pub const fn words<T>(all: &'static [T], word: fn(T) -> &'static str) -> Words<T> {
    Words { all, word }
}

impl<T> TypedValueParser for Words<T>
where
    T: Copy + FromStr + Send + Sync + 'static,
    T::Err: Into<Box<dyn Error + Send + Sync>>,
{
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        let parse = |text: &str| text.parse::<T>();
        parse.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let word = self.word;
        Some(Box::new(
            self.all
                .iter()
                .map(move |value| PossibleValue::new(word(*value))),
        ))
    }
}

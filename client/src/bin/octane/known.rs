//! A value that is one of the contract's, or one that is newer than this program.
//!
//! The known ones are in the help and in completions; the service judges the others.

use std::ffi::OsStr;

use clap::{
    Arg, Command, Error,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
};

/// Parses into an enum that keeps what it does not know.
#[derive(Clone)]
pub(crate) struct Known<T: 'static> {
    values: &'static [T],
    name: fn(&T) -> &str,
}

impl<T> Known<T> {
    pub(crate) fn new(values: &'static [T], name: fn(&T) -> &str) -> Self {
        Self { values, name }
    }
}

impl<T> TypedValueParser for Known<T>
where
    T: From<String> + Clone + Send + Sync,
{
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        StringValueParser::new().parse_ref(command, arg, value).map(T::from)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.values.iter().map(|value| PossibleValue::new((self.name)(value)))))
    }
}

//! The service and who the caller is, as environment variables say.

use std::ffi::OsString;

use crate::{BuildError, ClientBuilder, Credentials};

/// A builder with what the variables hold; `read` is `std::env::var_os` but in tests.
pub(crate) fn builder(
    read: impl Fn(&'static str) -> Option<OsString>,
) -> Result<ClientBuilder, BuildError> {
    let credentials = credentials(&read)?;
    Ok(ClientBuilder::new(text(&read, "OCTANE_BASE_URL")?).credentials(credentials))
}

/// The credentials that the variables hold.
pub(crate) fn credentials(
    read: impl Fn(&'static str) -> Option<OsString>,
) -> Result<Credentials, BuildError> {
    Ok(Credentials::new(text(&read, "OCTANE_USERNAME")?, text(&read, "OCTANE_PASSWORD")?))
}

fn text(
    read: impl Fn(&'static str) -> Option<OsString>,
    variable: &'static str,
) -> Result<String, BuildError> {
    match read(variable) {
        None => Err(BuildError::VariableMissing { variable }),
        Some(value) => value.into_string().map_err(|_| BuildError::VariableNotText { variable }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &'static [(&str, &str)]) -> Result<ClientBuilder, BuildError> {
        builder(|wanted| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn three_variables_make_a_client() {
        let builder = check(&[
            ("OCTANE_BASE_URL", "http://octane.test"),
            ("OCTANE_USERNAME", "harbour"),
            ("OCTANE_PASSWORD", "s3cret"),
        ]);
        let builder = builder.unwrap();
        let shown = format!("{builder:?}");
        assert!(shown.contains("harbour") && !shown.contains("s3cret"), "{shown}");
        builder.build().unwrap();
    }

    #[test]
    fn a_missing_variable_is_named() {
        let error = check(&[("OCTANE_USERNAME", "harbour")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "read the environment variable `OCTANE_PASSWORD`; it is not set"
        );
    }
}

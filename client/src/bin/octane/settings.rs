//! Where the service is and who calls: options, then the environment, then a file.
//!
//! The password is never an option, because every user of a machine can read the options of every
//! process. A file with a password that others can read is refused rather than used, as ssh does.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use octane_client::{Client, Credentials, Retries};

use crate::{cli::Connection, failure::Failure};

const BASE_URL: &str = "OCTANE_BASE_URL";
const USERNAME: &str = "OCTANE_USERNAME";
const PASSWORD: &str = "OCTANE_PASSWORD";

/// The client that the settings ask for.
pub(crate) fn client(connection: &Connection) -> Result<Client, Failure> {
    let file = File::read(connection.settings.as_deref())?;
    let base_url = file.or(connection.base_url.clone(), BASE_URL)?;
    let username = file.or(connection.username.clone(), USERNAME)?;
    let password = file.or(env::var(PASSWORD).ok(), PASSWORD)?;
    Client::builder(base_url)
        .credentials(Credentials::new(username, password))
        .timeout(connection.timeout)
        .retries(Retries::default())
        .user_agent(concat!("octane-cli/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|source| Failure::Build { action: "use the settings", source })
}

/// The settings file, if there is one.
struct File {
    path: Option<PathBuf>,
    values: BTreeMap<String, String>,
}

impl File {
    fn read(named: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = named.map(Path::to_owned).or_else(default_path) else {
            return Ok(Self { path: None, values: BTreeMap::new() });
        };
        let values = match fs::read_to_string(&path) {
            Ok(text) => parse(&path, &text)?,
            // Nobody has to have the default file.
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {
                BTreeMap::new()
            }
            Err(error) => {
                return Err(Failure::io(format!("read the settings `{}`", path.display()), error));
            }
        };
        if values.contains_key(PASSWORD) && is_open(&path) {
            return Err(Failure::Usage(format!(
                "use `{0}`: others can read it, and it has a password; run `chmod 600 {0}`",
                path.display()
            )));
        }
        Ok(Self { path: Some(path), values })
    }

    /// `value`, or what the file says.
    fn or(&self, value: Option<String>, name: &str) -> Result<String, Failure> {
        value.or_else(|| self.values.get(name).cloned()).ok_or_else(|| {
            let file =
                self.path.as_ref().map(|path| format!(", or write it to `{}`", path.display()));
            Failure::Usage(format!(
                "find `{name}`; set it in the environment{}",
                file.unwrap_or_default()
            ))
        })
    }
}

/// `octane/settings` among the user's configuration.
fn default_path() -> Option<PathBuf> {
    let config = env::var_os("XDG_CONFIG_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    let config = config.or_else(|| Some(env::home_dir()?.join(".config")));
    Some(config?.join("octane").join("settings"))
}

/// The lines `NAME=VALUE` of a file. Blank ones and those that begin with `#` are skipped.
fn parse(path: &Path, text: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut values = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // The line is not shown, since it may be a password.
        match line.split_once('=') {
            Some((name, value)) if [BASE_URL, USERNAME, PASSWORD].contains(&name.trim()) => {
                values.insert(name.trim().to_owned(), value.trim().to_owned());
            }
            _ => {
                return Err(Failure::Usage(format!(
                    "read `{}:{}`; a line is NAME=VALUE with the name `{BASE_URL}`, `{USERNAME}` or \
                     `{PASSWORD}`",
                    path.display(),
                    index + 1
                )));
            }
        }
    }
    Ok(values)
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_names_and_values() {
        let values = parse(Path::new("f"), "# mine\n\nOCTANE_PASSWORD = s3=cret \n").unwrap();
        assert_eq!(values[PASSWORD], "s3=cret");
    }

    #[test]
    fn a_line_that_is_neither_is_named_and_not_shown() {
        for text in ["\ns3cret", "\nPASSWORD=s3cret"] {
            let failure = parse(Path::new("f"), text).unwrap_err().to_string();
            assert!(failure.starts_with("read `f:2`") && !failure.contains("s3cret"), "{failure}");
        }
    }
}

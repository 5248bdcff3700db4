//! Which certificates an https target may show.
//!
//! The authorities that the machine trusts are trusted here too, and to them a file may add others: a
//! staging system often has an authority of its own. There is no way to trust whatever comes, since
//! credentials are sent.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use reqwest::Certificate;
use rustls::CertificateError;

/// The environment variable that names a file of authorities.
pub const VARIABLE: &str = "OCTANE_CA_CERTIFICATE";

/// Authorities that are trusted beside those of the machine.
#[derive(Debug, Clone, Default)]
pub struct Authorities(Vec<Certificate>);

/// Why a file gives no authorities.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// It cannot be read.
    #[error("read the certificates in `{path}`", path = .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A certificate in it is none.
    #[error(
        "use the certificates in `{path}`; each must be PEM, from `-----BEGIN CERTIFICATE-----` on",
        path = .path.display()
    )]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What reqwest said.
        #[source]
        source: reqwest::Error,
    },
    /// There is none in it.
    #[error(
        "use `{path}`: there is no certificate in it; give the authority's, as PEM, from \
         `-----BEGIN CERTIFICATE-----` on",
        path = .path.display()
    )]
    None {
        /// Which file.
        path: PathBuf,
    },
}

/// What is wrong with a certificate that a target showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// Nobody who is trusted here has signed it.
    UnknownAuthority,
    /// It is not of that host, not of this day, or not a certificate for a server.
    Unfit,
}

impl Authorities {
    /// The authorities in a file of PEM.
    ///
    /// # Errors
    /// If the file cannot be read, or holds no certificate, or one that is none.
    pub fn read(path: &Path) -> Result<Self, AuthorityError> {
        let path = path.to_owned();
        let pem = match std::fs::read(&path) {
            Ok(pem) => pem,
            Err(source) => return Err(AuthorityError::Read { path, source }),
        };
        let certificates = match Certificate::from_pem_bundle(&pem) {
            Ok(certificates) if certificates.is_empty() => {
                return Err(AuthorityError::None { path });
            }
            Ok(certificates) => certificates,
            Err(source) => return Err(AuthorityError::Malformed { path, source }),
        };
        // Only whoever makes a verifier of them looks into them.
        let tried = reqwest::Client::builder().tls_certs_merge(certificates.clone()).build();
        match tried {
            Ok(_) => Ok(Self(certificates)),
            Err(source) => Err(AuthorityError::Malformed { path, source }),
        }
    }

    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.0
    }
}

/// What is wrong with the target's certificate, if that is why no answer came.
pub fn distrust(error: &reqwest::Error) -> Option<Distrust> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return match error {
                rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                    Some(Distrust::UnknownAuthority)
                }
                rustls::Error::InvalidCertificate(_) => Some(Distrust::Unfit),
                _ => None,
            };
        }
        // An error of the input or output has its own error inside, and not as its source.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inside {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    None
}

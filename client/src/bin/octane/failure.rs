//! What went wrong, told on standard error: a sentence for people, an object for programs.

use std::{io, path::Path};

use octane_client::{BuildError, Error, types::ErrorCode};
use serde_json::{Value, json};

use crate::{
    exit::Exit,
    output::{Format, plain},
};

/// Why a command failed. Each reads as what follows "failed to".
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error("{action}")]
    Build {
        action: &'static str,
        #[source]
        source: BuildError,
    },
    #[error("{action}")]
    Call {
        action: String,
        #[source]
        source: Box<Error>,
    },
    #[error("{action}")]
    Io {
        action: String,
        #[source]
        source: io::Error,
    },
    #[error("read {what} in `{path}`; it must be what the contract says")]
    Input {
        what: &'static str,
        path: String,
        #[source]
        source: serde_json::Error,
    },
}

impl Failure {
    pub(crate) fn io(action: impl Into<String>, source: io::Error) -> Self {
        Self::Io { action: action.into(), source }
    }

    pub(crate) fn input(what: &'static str, path: &Path, source: serde_json::Error) -> Self {
        Self::Input { what, path: path.display().to_string(), source }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Build { .. } | Self::Input { .. } => Exit::Usage,
            Self::Call { source, .. } => Exit::of(source),
            Self::Io { .. } => Exit::Local,
        }
    }

    /// Prints the failure, and says what to exit with.
    pub(crate) fn report(&self, format: Format) -> Exit {
        // Whoever has closed the output does not want to read how it went.
        if let Self::Io { source, .. } = self
            && source.kind() == io::ErrorKind::BrokenPipe
        {
            return Exit::Done;
        }
        let text = match format {
            Format::Text => format!("{}\n", plain(&self.sentence())),
            Format::Json => format!("{:#}\n", self.object()),
        };
        // If not even standard error takes it, the exit code must do.
        io::Write::write_all(&mut io::stderr(), text.as_bytes()).ok();
        self.exit()
    }

    fn sentence(&self) -> String {
        let mut text = format!("failed to {self}");
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            text += &format!(": {error}");
            source = error.source();
        }
        if let Self::Call { source, .. } = self
            && let Some(message) = source.message()
        {
            text += &format!("\nthe service says: {message}");
        }
        text
    }

    fn object(&self) -> Value {
        let mut object = json!({ "kind": self.exit().name(), "message": self.sentence() });
        if let Self::Call { source: error, .. } = self {
            object["status"] = json!(error.status().map(|status| status.as_u16()));
            object["errorCode"] = json!(error.error_code());
            object["errorName"] = json!(error.error_code().map(ErrorCode::name));
            object["orderId"] = json!(error.order_id());
            object["violations"] = json!(error.violations());
            object["requestId"] = json!(error.request_id());
            object["attempts"] = json!(error.attempts());
        }
        json!({ "error": object })
    }
}

//! The files that a verification is asked to write.
//!
//! They are opened before anything is sent: who mistypes a path learns it at once, and not when the
//! report is ready and has nowhere to go.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cli::Verify;
use crate::judge::Judge;
use crate::report::{Report, Strictness, html, json, junit};
use crate::reproduce;

/// A file that is open to be written.
struct Output {
    path: PathBuf,
    file: File,
}

/// The files of one verification, empty so far.
pub(crate) struct Outputs {
    junit: Option<Output>,
    json: Option<Output>,
    html: Option<Output>,
    request_log: Option<Output>,
    replays: Option<PathBuf>,
}

impl Outputs {
    /// Opens every file that is asked for; what is in one is gone.
    ///
    /// # Errors
    /// With the first that cannot be written.
    pub(crate) fn open(asked: &Verify) -> anyhow::Result<Self> {
        let open = |path: &Option<PathBuf>| path.as_deref().map(Output::open).transpose();
        if let Some(folder) = &asked.replays {
            fs::create_dir_all(folder)
                .with_context(|| format!("make the folder `{}`", folder.display()))?;
        }
        Ok(Self {
            junit: open(&asked.junit)?,
            json: open(&asked.json)?,
            html: open(&asked.html)?,
            request_log: open(&asked.request_log)?,
            replays: asked.replays.clone(),
        })
    }

    /// Writes a report to all of them.
    ///
    /// # Errors
    /// With the first that cannot be written to its end.
    pub(crate) fn write(self, report: &Report, strictness: Strictness) -> anyhow::Result<()> {
        if let Some(output) = self.junit {
            let text = junit::junit(report, strictness).context("write the report as JUnit XML")?;
            output.write(&text)?;
        }
        if let Some(output) = self.json {
            output.write(&format!("{:#}\n", json::json(report, strictness)))?;
        }
        if let Some(output) = self.html {
            output.write(&html::html(report, strictness, &Judge::new()?))?;
        }
        if let Some(output) = self.request_log {
            let lines: String = report.requests.iter().map(|line| format!("{line}\n")).collect();
            output.write(&lines)?;
        }
        if let Some(folder) = self.replays {
            for (finding, _) in report.grouped() {
                let file = |kind: &str| folder.join(format!("{}.{kind}", finding.name()));
                Output::open(&file("json"))?.write(&finding.replay(&report.contract).text())?;
                let test = reproduce::test(finding, &report.contract);
                Output::open(&file("rs"))?.write(&test)?;
            }
        }
        Ok(())
    }
}

impl Output {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let path = path.to_owned();
        let file = File::create(&path).with_context(|| format!("write `{}`", path.display()))?;
        Ok(Self { path, file })
    }

    fn write(mut self, text: &str) -> anyhow::Result<()> {
        let written = self.file.write_all(text.as_bytes());
        written.with_context(|| format!("write `{}`", self.path.display()))
    }
}

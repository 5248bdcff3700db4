//! How large another process is.

use anyhow::Context as _;

/// What Linux calls a page where this is run; other sizes are rare and only scale the figures.
const PAGE_BYTES: u64 = 4096;

/// The memory of a process.
pub(crate) struct Memory {
    statm: String,
}

impl Memory {
    /// The memory of the process with this id.
    pub(crate) fn of(process: u32) -> Self {
        Self { statm: format!("/proc/{process}/statm") }
    }

    /// How many bytes of it are resident; none where nobody tells.
    pub(crate) fn resident(&self) -> anyhow::Result<Option<u64>> {
        if !cfg!(target_os = "linux") {
            return Ok(None);
        }
        let told = std::fs::read_to_string(&self.statm).context("the server is gone")?;
        let pages = told.split_whitespace().nth(1).context("`statm` has two numbers and more")?;
        Ok(Some(pages.parse::<u64>()? * PAGE_BYTES))
    }
}

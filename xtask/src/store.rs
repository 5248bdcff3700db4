//! Comparing derived files with those on disk, and writing them.

use std::path::Path;
use std::{fs, io, process};

use anyhow::Context as _;
use similar::TextDiff;

use crate::derived::Derived;

/// What is in the file below `root`, if there is one.
pub(crate) fn read(root: &Path, path: &str) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(root.join(path)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("failed to read `{path}`")),
    }
}

/// What has to change for the file below `root` to be up to date, as a unified diff.
pub(crate) fn difference(root: &Path, derived: &Derived) -> anyhow::Result<Option<String>> {
    let path = &derived.path;
    let committed = read(root, path)?.unwrap_or_default();
    if committed == derived.text {
        return Ok(None);
    }
    let diff = TextDiff::from_lines(committed.as_str(), derived.text.as_str());
    let (old, new) = (format!("a/{path}"), format!("b/{path}"));
    Ok(Some(diff.unified_diff().context_radius(3).header(&old, &new).to_string()))
}

/// Puts the file below `root` in place, whole or not at all, and tells whether that was a change.
///
/// One that is up to date is left alone, so that nothing is built again because of it.
pub(crate) fn write(root: &Path, derived: &Derived) -> anyhow::Result<bool> {
    if read(root, &derived.path)?.as_ref() == Some(&derived.text) {
        return Ok(false);
    }
    let path = root.join(&derived.path);
    let folder = path.parent().expect("a derived file stands in a folder");
    // Only within one folder is renaming sure to be one step.
    let temporary = path.with_extension(format!("{}.tmp", process::id()));
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&temporary, &derived.text))
        .and_then(|()| fs::rename(&temporary, &path));
    if written.is_err() {
        // The failure that is reported is the first one, not that of cleaning up after it.
        fs::remove_file(&temporary).ok();
    }
    written.with_context(|| format!("failed to write `{}`", derived.path))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A folder that is gone after the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("xtask-{name}-{}", process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    fn derived(text: &str) -> Derived {
        Derived { path: "docs/deep/page.md".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_file_is_up_to_date_once_it_is_written() {
        let root = Folder::new("fresh");
        let page = derived("one\ntwo\n");
        assert!(difference(&root.0, &page).unwrap().is_some(), "it is missing");
        assert!(write(&root.0, &page).unwrap());
        assert!(!write(&root.0, &page).unwrap(), "it is there");
        assert_eq!(difference(&root.0, &page).unwrap(), None);
        let left: Vec<_> = fs::read_dir(root.0.join("docs/deep")).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing temporary is left: {left:?}");
    }

    #[test]
    fn a_stale_file_is_shown_as_the_change_it_needs() {
        let root = Folder::new("stale");
        write(&root.0, &derived("one\ntwo\nthree\n")).unwrap();
        let diff = difference(&root.0, &derived("one\n2\nthree\n")).unwrap().unwrap();
        assert_eq!(
            diff,
            "--- a/docs/deep/page.md\n+++ b/docs/deep/page.md\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
        );
    }

    #[test]
    fn a_file_that_cannot_be_had_is_named() {
        let root = Folder::new("blocked");
        fs::write(root.0.join("docs"), "a file where a folder should be").unwrap();
        let error = write(&root.0, &derived("one\n")).unwrap_err();
        assert_eq!(error.to_string(), "failed to read `docs/deep/page.md`");
    }
}

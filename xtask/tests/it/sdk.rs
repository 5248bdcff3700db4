//! `cargo xtask gen --sdk`: the crate that is written, and what is left alone.

use crate::support::{Folder, Run, copy, xtask};

/// Writes the crate of the repository at `root` to `folder`.
fn generate(root: &Folder, folder: &Folder) -> Run {
    xtask(root, &["gen", "--sdk", folder.path().to_str().unwrap()])
}

/// The crate of this repository.
fn generated() -> (Folder, Folder) {
    let (copy, folder) = (copy(), Folder::new());
    let run = generate(&copy, &folder);
    assert_eq!(run.code, 0, "{}", run.stderr);
    (copy, folder)
}

#[test]
fn the_crate_needs_nothing_of_the_workspace() {
    let (_copy, sdk) = generated();
    let files = sdk.files();
    for part in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "src/generated/orders.rs"] {
        assert!(files.iter().any(|file| file == part), "{part} is missing of {files:?}");
    }
    for file in &files {
        assert!(!file.ends_with("build.rs") && !file.contains("contract/"), "{file}");
        let text = sdk.read(file);
        for left in ["octane_openapi::", "OUT_DIR", "workspace = true", "include!("] {
            // The only mention of generating anything is that it was done, and how to do it again.
            let told = left == "octane_openapi::" && file == "src/generated.rs";
            assert!(told || !text.contains(left), "`{left}` is in {file}");
        }
    }
    let manifest = sdk.read("Cargo.toml");
    for part in ["license = \"", "rust-version = \"", "\nprogenitor-client = ", "\n[lints.rust]\n"]
    {
        assert!(manifest.contains(part), "`{part}` is missing of\n{manifest}");
    }
    for part in ["path = \"..", "publish", "build-dependencies", "octane-openapi", "proptest"] {
        assert!(!manifest.contains(part), "`{part}` is in\n{manifest}");
    }
    let dependencies = manifest.split("dependencies]\n").skip(1).flat_map(|table| {
        table.lines().take_while(|line| !line.is_empty() && !line.starts_with('#'))
    });
    for dependency in dependencies {
        let version = dependency.contains(" = \"") || dependency.contains("{ version = \"");
        assert!(version, "without a version: {dependency}");
    }
}

#[test]
fn the_version_is_that_of_the_contract() {
    let (copy, sdk) = (copy(), Folder::new());
    copy.edit("openapi/octane-orders.yaml", "  version: 0.1.0\n", "  version: 7.8.9\n");
    let run = generate(&copy, &sdk);
    assert!(run.stdout.contains("octane-client 7.8.9 is in "), "{}", run.stdout);
    assert!(sdk.read("Cargo.toml").contains("version = \"7.8.9\"\n"));
}

#[test]
fn writing_it_again_changes_what_changed_and_removes_what_is_gone() {
    let (copy, sdk) = generated();
    // Cargo's, and somebody's own.
    sdk.write("Cargo.lock", "version = 4\n");
    sdk.write("notes/mine.md", "mine");
    let again = generate(&copy, &sdk);
    assert!(again.stdout.contains("of which 0 changed; 0 removed"), "{}", again.stdout);

    copy.edit("client/README.md", "# octane-client", "# The Octane client");
    copy.write("client/src/tidy/odd.rs", "//! Odd.\n");
    assert!(generate(&copy, &sdk).stdout.contains("of which 2 changed; 0 removed"));
    std::fs::remove_dir_all(copy.path().join("client/src/tidy")).unwrap();
    let check = xtask(&copy, &["gen", "--check", "--sdk", sdk.path().to_str().unwrap()]);
    assert_eq!(check.code, 4);
    assert!(check.stdout.contains("src/tidy/odd.rs does not belong to the crate any more"));
    assert!(check.stderr.contains("run `cargo xtask gen --sdk "), "{}", check.stderr);
    assert!(generate(&copy, &sdk).stdout.contains("of which 0 changed; 1 removed"));
    assert!(!sdk.path().join("src/tidy").exists(), "nor is its folder left");
    assert_eq!(sdk.read("notes/mine.md"), "mine");
    assert_eq!(sdk.read("Cargo.lock"), "version = 4\n");
}

#[track_caller]
fn check_refused(folder: &Folder, path: &str, expected: &str) {
    let before = folder.files();
    let path = folder.path().join(path);
    let run = xtask(&copy(), &["gen", "--sdk", path.to_str().unwrap()]);
    assert_eq!(run.code, 100, "{}", run.stdout);
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert_eq!(folder.files(), before, "nothing was written or removed");
}

#[test]
fn a_folder_with_something_of_somebody_else_is_left_alone() {
    let folder = Folder::new();
    folder.write("thesis.txt", "the only copy");
    check_refused(&folder, "", "holds something that `cargo xtask gen --sdk` did not write");
    check_refused(&folder, "thesis.txt", "failed to ");
}

#[test]
fn a_file_of_somebody_else_is_not_replaced_where_the_crate_is() {
    let (copy, sdk) = generated();
    sdk.write("src/fresh.rs", "//! Mine.\n");
    copy.write("client/src/fresh.rs", "//! Theirs.\n");
    let run = generate(&copy, &sdk);
    assert_eq!(run.code, 100);
    assert!(run.stderr.contains("`src/fresh.rs` in `"), "{}", run.stderr);
    assert_eq!(sdk.read("src/fresh.rs"), "//! Mine.\n");
}

#[test]
fn a_list_that_leads_out_of_the_folder_removes_nothing() {
    let (_copy, sdk) = generated();
    let list = sdk.read(".octane-sdk");
    for path in ["../precious", "/etc/precious"] {
        sdk.write(".octane-sdk", &format!("{list}{path}\n"));
        check_refused(&sdk, "", &format!("`{path}` leads out of the folder"));
    }
}

#[test]
fn a_folder_of_the_workspace_is_refused() {
    let copy = copy();
    let run = xtask(&copy, &["gen", "--sdk", "target/sdk"]);
    assert_eq!(run.code, 100);
    assert!(run.stderr.contains("`target/sdk` is in this workspace"), "{}", run.stderr);
    assert!(!copy.path().join("target").exists());
}

//! Finds out which commit is compiled, for `publish --version` and for the identification of what it builds.
//!
//! `PUBLISH_COMMIT` says it to whoever packages this; a crate from a registry has it in `.cargo_vcs_info.json`; in a checkout
//! Git says it. A build for development is not asked: it would be compiled anew after every commit.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// What is compiled.
const COMPILED: [&str; 6] = ["src", "styles", "fonts", "Cargo.toml", "Cargo.lock", "build.rs"];

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "cargo:rerun-if-env-changed=PUBLISH_COMMIT")?;
    writeln!(out, "cargo:rerun-if-changed=build.rs")?;
    let given = std::env::var("PUBLISH_COMMIT").ok().filter(|commit| is_plain(commit));
    let mut commit = given.or_else(packaged);
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    // A copy without a repository of its own may lie in another repository.
    if commit.is_none() && release && Path::new(".git").exists() {
        // In a linked checkout the first of these lie elsewhere.
        let state = ["HEAD", "refs/heads", "packed-refs"].map(|name| git(&["rev-parse", "--git-path", name]));
        for path in state.into_iter().flatten().chain(COMPILED.map(str::to_owned)) {
            if Path::new(&path).exists() {
                writeln!(out, "cargo:rerun-if-changed={path}")?;
            }
        }
        commit = checked_out();
    }
    writeln!(out, "cargo:rustc-env=PUBLISH_COMMIT={}", commit.unwrap_or_default())
}

/// The commit of a crate that `cargo package` has made.
fn packaged() -> Option<String> {
    let text = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    let mut commit = rest.split('"').nth(1)?.to_owned();
    if text.replace(' ', "").contains("\"dirty\":true") {
        commit.push_str("+changes");
    }
    Some(commit).filter(|commit| is_plain(commit))
}

/// The commit of a checkout of this repository, and whether there is more than that.
fn checked_out() -> Option<String> {
    let commit = git(&["rev-parse", "HEAD"])?;
    let changed = git(&[&["status", "--porcelain", "--"][..], &COMPILED].concat())?;
    let text = if changed.is_empty() {
        commit
    } else {
        format!("{commit}+changes")
    };
    Some(text).filter(|commit| is_plain(commit))
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn is_plain(commit: &str) -> bool {
    !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+')
}

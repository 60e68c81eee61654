//! Finds out which commit is compiled, for `publish --version` and for the identification of what it builds.
//!
//! `PUBLISH_COMMIT` says it to whoever packages this; a crate from a registry has it in `.cargo_vcs_info.json`; in a checkout
//! Git says it. A build for development is not asked: it would be compiled anew after every commit.

use std::io::Write as _;
use std::process::Command;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "cargo:rerun-if-env-changed=PUBLISH_COMMIT")?;
    writeln!(out, "cargo:rerun-if-changed=build.rs")?;
    let given = std::env::var("PUBLISH_COMMIT").ok().filter(|commit| is_plain(commit));
    let mut commit = given.or_else(packaged);
    if commit.is_none() && std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        for path in [
            ".git/HEAD",
            ".git/refs/heads",
            ".git/packed-refs",
            "src",
            "styles",
            "fonts",
            "Cargo.lock",
        ] {
            if std::path::Path::new(path).exists() {
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
    let commit = rest.split('"').nth(1)?.to_owned();
    is_plain(&commit).then_some(commit)
}

/// The commit of a checkout of this repository, and whether there is more than that.
fn checked_out() -> Option<String> {
    // A copy without a repository of its own may lie in another repository.
    if !std::path::Path::new(".git").exists() {
        return None;
    }
    let commit = git(&["rev-parse", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--", "src", "styles", "fonts", "Cargo.lock"])?;
    Some(if changed.is_empty() {
        commit
    } else {
        format!("{commit}+changes")
    })
    .filter(|commit| is_plain(commit))
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn is_plain(commit: &str) -> bool {
    !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+')
}

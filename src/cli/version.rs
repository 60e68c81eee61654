//! `publish --version`: this program, the commit it was compiled at, and the libraries that make the books.

use publish::provenance;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The libraries on whose versions the bytes of a book depend most.
const LIBRARIES: [&str; 6] = ["epub-builder", "typst", "pulldown-cmark", "resvg", "zip", "hayagriva"];

/// What was compiled, crate by crate.
const LOCK: &str = include_str!("../../Cargo.lock");

/// The version as `--version` says it, from its second word on.
pub(super) static LONG: LazyLock<String> = LazyLock::new(|| {
    let commit = match provenance::COMMIT {
        "" => "not known (a build for development)",
        commit => commit,
    };
    let mut text = format!("{}\ncommit {commit}\n", env!("CARGO_PKG_VERSION"));
    for name in LIBRARIES {
        // Nothing written to a string fails.
        let _ = write!(text, "\n{name} {}", locked(name).unwrap_or("not known"));
    }
    text
});

/// The version of a crate that this program uses. Where there are several in Cargo.lock, its own list says which.
fn locked(name: &str) -> Option<&'static str> {
    let own = LOCK
        .split("[[package]]")
        .find(|package| package.contains("\nname = \"publish\"\n"))?;
    let named = own
        .split_once(&format!("\"{name} "))
        .and_then(|(_, rest)| rest.split('"').next());
    named.or_else(|| {
        let (_, rest) = LOCK.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        rest.split('"').next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_library_has_the_version_that_cargo_toml_asks_for() {
        let manifest = include_str!("../../Cargo.toml");
        for name in LIBRARIES {
            let version = locked(name).expect("a version");
            let asked = manifest.lines().find(|line| line.starts_with(&format!("{name} = ")));
            assert!(
                asked.is_some_and(|line| line.contains(&format!("\"={version}\""))),
                "{name} {version}"
            );
        }
    }
}

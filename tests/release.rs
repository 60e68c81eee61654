//! Releases against a server on this machine, with everything that goes wrong between here and GitHub.

mod github;
mod support;

use github::{Fault, Server, TOKEN, hex};
use publish::github::{Asset, Client, Outcome, Plan, Progress, Token, attach};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What is said, and nothing else.
#[derive(Default)]
struct Said {
    text: String,
    sent: u64,
}

impl Progress for Said {
    fn step(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn sent(&mut self, bytes: u64) {
        self.sent += bytes;
    }
}

fn client(server: &Server, patience: Duration) -> Client {
    let token = Token::new(TOKEN).expect("a token");
    Client::new(&server.address, Some(token), patience, Box::new(|_| {})).expect("a client")
}

/// Three files and the plan to attach them.
fn plan(folder: &Path) -> Plan {
    let files = [
        ("book.epub", vec![b'e'; 300_000]),
        ("book-print.pdf", vec![b'p'; 500_000]),
        ("SHA256SUMS", b"sums".to_vec()),
    ];
    let assets = files.into_iter().map(|(name, bytes)| {
        let path = folder.join(name);
        std::fs::write(&path, &bytes).expect("a file");
        Asset {
            name: name.to_owned(),
            path,
            size: bytes.len() as u64,
            sha256: hex(&bytes),
        }
    });
    Plan {
        repository: "ada/book".to_owned(),
        tag: "v1.0".to_owned(),
        title: "The Book 1.0".to_owned(),
        notes: Some("Chapter 1.".to_owned()),
        draft: false,
        prerelease: false,
        replace: false,
        dry_run: false,
        assets: assets.collect(),
    }
}

fn run(server: &Server, plan: &Plan) -> (Result<Outcome, String>, Said) {
    // Longer than a busy machine takes for an answer.
    run_with(server, plan, Duration::from_secs(20))
}

fn run_with(server: &Server, plan: &Plan, patience: Duration) -> (Result<Outcome, String>, Said) {
    let mut said = Said::default();
    let outcome = attach(&client(server, patience), plan, &mut said).map_err(|error| error.to_string());
    (outcome, said)
}

/// Whether a release has every file of a plan, each once and right.
fn is_whole(release: &github::Release, plan: &Plan) -> bool {
    plan.assets.iter().all(|asset| {
        let there: Vec<_> = release.assets.iter().filter(|there| there.name == asset.name).collect();
        matches!(there.as_slice(), [one] if one.finished && hex(&one.bytes) == asset.sha256)
    })
}

#[test]
fn a_release_is_made_filled_and_only_then_published() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, plan) = (Server::start("v1.0"), plan(folder.path()));
    let (outcome, said) = run(&server, &plan);
    let outcome = outcome.expect("a release");
    assert!(outcome.public && outcome.sent == 3, "{outcome:?}");
    assert!(
        said.sent >= 800_004 && said.text.contains("uploading book.epub"),
        "{}",
        said.text
    );
    let state = server.state();
    let release = state.releases.first().expect("the release");
    assert!(!release.draft && is_whole(release, &plan) && release.body == "Chapter 1.");
    let types: Vec<&str> = release.assets.iter().map(|asset| asset.media_type.as_str()).collect();
    assert_eq!(
        types,
        ["application/epub+zip", "application/pdf", "text/plain; charset=utf-8"]
    );
    assert_eq!(state.strangers, 0);
}

#[test]
fn a_second_run_touches_nothing_that_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, plan) = (Server::start("v1.0"), plan(folder.path()));
    run(&server, &plan).0.expect("a release");
    let before = server.state().log.len();
    let outcome = run(&server, &plan).0.expect("the same release");
    assert_eq!((outcome.sent, outcome.public), (0, true));
    let state = server.state();
    assert!(
        state.log[before..].iter().all(|(method, _, _)| method == "GET"),
        "{:?}",
        &state.log[before..]
    );
}

#[test]
fn what_differs_is_replaced_only_if_that_is_asked_for_and_never_in_public() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, mut plan) = (Server::start("v1.0"), plan(folder.path()));
    run(&server, &plan).0.expect("a release");
    std::fs::write(folder.path().join("book.epub"), "new").expect("a file");
    plan.assets[0].size = 3;
    plan.assets[0].sha256 = hex(b"new");
    let told = run(&server, &plan).0.expect_err("another file");
    assert!(told.contains("another book.epub") && told.contains("--replace"), "{told}");
    plan.dry_run = true;
    let (_, said) = run(&server, &plan);
    assert!(
        said.text.contains("book.epub differs") && said.text.contains("SHA256SUMS is there and right"),
        "{}",
        said.text
    );
    (plan.dry_run, plan.replace) = (false, true);
    server.state().published.clear();
    run(&server, &plan).0.expect("the new release");
    let state = server.state();
    assert!(is_whole(&state.releases[0], &plan) && state.published.iter().all(|release| is_whole(release, &plan)));
}

#[test]
fn refusals_say_what_to_do_and_never_the_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = plan(folder.path());
    let server = Server::start("v0.9");
    let told = run(&server, &plan).0.expect_err("no tag");
    assert!(
        told.contains("has no tag v1.0") && told.contains("git push origin v1.0"),
        "{told}"
    );
    assert!(server.state().releases.is_empty());

    let server = Server::start("v1.0");
    server.state().immutable = true;
    run(&server, &plan).0.expect("a release");
    let mut other = plan.clone();
    other.assets[0].sha256 = hex(b"other");
    other.replace = true;
    let told = run(&server, &other).0.expect_err("nothing can be changed");
    assert!(told.contains("immutable") && told.contains("book.epub"), "{told}");

    let wrong = Client::new(
        &server.address,
        Some(Token::new("ghp_wrong").expect("a token")),
        Duration::from_millis(250),
        Box::new(|_| {}),
    );
    let told = attach(&wrong.expect("a client"), &plan, &mut Said::default())
        .expect_err("no right")
        .to_string();
    assert!(
        told.contains("the token is not valid") && !told.contains("ghp_wrong"),
        "{told}"
    );

    let two = Server::start("v1.0");
    run(
        &two,
        &Plan {
            draft: true,
            ..plan.clone()
        },
    )
    .0
    .expect("a draft");
    let copy = two.state().releases[0].clone();
    two.state().releases.push(copy);
    let told = run(&two, &plan).0.expect_err("two of them");
    assert!(told.contains("2 releases of v1.0"), "{told}");
}

#[test]
fn a_limit_is_waited_for_as_long_as_the_server_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, plan) = (Server::start("v1.0"), plan(folder.path()));
    let mut count = 0;
    server.state().fault = Some(Box::new(move |method, _| {
        count += 1;
        if method == "POST" && count == 3 {
            Fault::Limited
        } else {
            Fault::None
        }
    }));
    let waits = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&waits);
    let wait = Box::new(move |time: Duration| noted.lock().expect("the waits").push(time.as_secs()));
    let token = Token::new(TOKEN).expect("a token");
    let client = Client::new(&server.address, Some(token), Duration::from_millis(250), wait).expect("a client");
    attach(&client, &plan, &mut Said::default()).expect("a release");
    assert_eq!(*waits.lock().expect("the waits"), [7]);
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Whatever goes wrong, the end is a whole release, or nothing public that is not whole and a clear error; and the next run
/// without faults completes it.
#[test]
fn any_sequence_of_faults_ends_whole_or_private() {
    const FAULTS: [Fault; 11] = [
        Fault::CutBefore,
        Fault::CutWithin,
        Fault::CutAfter,
        Fault::BadGateway,
        Fault::BadGatewayAfter,
        Fault::Limited,
        Fault::Exhausted,
        Fault::Slow,
        Fault::Damaged,
        Fault::Overtaken,
        Fault::Intruded,
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let plan = plan(folder.path());
    let (mut whole, mut failed) = (0, 0);
    for seed in 0..320 {
        let server = Server::start("v1.0");
        let mut numbers = Numbers(seed);
        // Some runs have few faults, some have little else.
        let often = 1 + seed % 8;
        server.state().fault = Some(Box::new(move |_, _| {
            let pick = numbers.below(often * 4);
            let fault = FAULTS[numbers.below(FAULTS.len() as u64) as usize];
            // A slow answer costs the test time, so there are few of them.
            let rare = fault == Fault::Slow && numbers.below(8) != 0;
            if pick < 3 && !rare { fault } else { Fault::None }
        }));
        let plan = Plan {
            replace: seed % 3 == 0,
            ..plan.clone()
        };
        // A slow answer is one that comes later than this.
        let (outcome, said) = run_with(&server, &plan, Duration::from_millis(250));
        server.state().fault = None;
        // What is damaged on its way is another file for the next run, which replaces it if that is asked for.
        let again = run(
            &server,
            &Plan {
                replace: true,
                ..plan.clone()
            },
        )
        .0;
        let state = server.state();
        for release in &state.published {
            assert!(is_whole(release, &plan), "{seed}: an incomplete release was public");
        }
        match outcome {
            Ok(outcome) => {
                whole += 1;
                assert!(outcome.public, "{seed}");
            }
            Err(told) => {
                failed += 1;
                assert!(told.len() > 20 && !told.contains(TOKEN), "{seed}: {told}");
            }
        }
        assert!(!said.text.contains(TOKEN), "{seed}");
        assert!(again.is_ok(), "{seed}: {again:?}");
        assert!(
            matches!(state.releases.as_slice(), [one] if !one.draft && is_whole(one, &plan) && one.assets.len() == 3),
            "{seed}: {:?}",
            state.releases.len()
        );
    }
    assert!(whole > 100 && failed > 20, "{whole} whole, {failed} failed");
}

/// The command in a book's folder, with the server for GitHub.
fn command(folder: &Path, server: &Server, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_publish"));
    command
        .args(["release", "v1.0", "--repo", "ada/book"])
        .args(args)
        .current_dir(folder)
        .env_remove("GITHUB_TOKEN")
        .env("GH_TOKEN", TOKEN)
        .env("GITHUB_API_URL", &server.address);
    command
}

fn book() -> tempfile::TempDir {
    let folder = support::new_book();
    let changelog = "# Changelog\n\n## v1.0\n\n- All of it.\n\n## v0.9\n\n- Some.\n";
    std::fs::write(folder.path().join("CHANGELOG.md"), changelog).expect("a file");
    folder
}

#[test]
fn one_command_builds_checks_and_attaches_the_book() {
    let (folder, server) = (book(), Server::start("v1.0"));
    let output = command(folder.path(), &server, &[]).output().expect("the command");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("https://github.com/ada/book/releases/tag/v1.0: 4 files"),
        "{said}"
    );
    let state = server.state();
    let release = state.releases.first().expect("the release");
    assert!(!release.draft && release.body == "- All of it." && release.title == "A Small Book v1.0");
    let names: Vec<&str> = release.assets.iter().map(|asset| asset.name.as_str()).collect();
    let expected = [
        "a-small-book-print.pdf",
        "a-small-book-screen.pdf",
        "a-small-book.epub",
        "SHA256SUMS",
    ];
    assert_eq!(names, expected);
    for asset in &release.assets {
        assert_eq!(
            std::fs::read(folder.path().join("dist").join(&asset.name)).expect("the file"),
            asset.bytes
        );
    }
    // The sums are those of the files.
    let sums = String::from_utf8_lossy(&release.assets[3].bytes).into_owned();
    for asset in &release.assets[..3] {
        assert!(sums.contains(&format!("{}  {}\n", hex(&asset.bytes), asset.name)), "{sums}");
    }
    // The token is in nothing that was said or written.
    assert!(!said.contains(TOKEN), "{said}");
    for entry in std::fs::read_dir(folder.path().join("dist")).expect("dist").flatten() {
        let bytes = std::fs::read(entry.path()).expect("a file");
        assert!(
            !bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()),
            "{:?}",
            entry.path()
        );
    }
}

#[test]
fn a_run_that_is_killed_leaves_a_draft_and_the_next_one_completes_it() {
    let (folder, server) = (book(), Server::start("v1.0"));
    let mut uploads = 0;
    server.state().fault = Some(Box::new(move |method, path| {
        uploads += usize::from(method == "POST" && path.ends_with("/assets"));
        if uploads == 2 { Fault::Slow } else { Fault::None }
    }));
    let mut child = command(folder.path(), &server, &[])
        .stderr(Stdio::null())
        .spawn()
        .expect("the command");
    let start = Instant::now();
    let sent = || server.state().releases.first().map_or(0, |release| release.assets.len());
    while sent() < 2 {
        assert!(start.elapsed() < Duration::from_secs(120), "nothing was sent");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("a process");
    child.wait().expect("a process");
    assert!(server.state().releases[0].draft && server.state().published.is_empty());
    server.state().fault = None;
    let output = command(folder.path(), &server, &["--no-build"])
        .output()
        .expect("the command");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && said.contains("4 files, 2 of them sent now"),
        "{said}"
    );
    assert!(!server.state().releases[0].draft);
}

#[test]
fn what_is_missing_is_said_before_anything_is_sent() {
    let (folder, server) = (book(), Server::start("v1.0"));
    let said = |command: &mut Command| {
        let output = command.output().expect("the command");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = said(&mut command(folder.path(), &server, &["--no-build"]));
    assert!(told.contains("manifest.json; `publish` makes it"), "{told}");
    let built = Command::new(env!("CARGO_BIN_EXE_publish"))
        .current_dir(folder.path())
        .output();
    assert!(built.expect("the command").status.success());
    let told = said(command(folder.path(), &server, &["--no-build"]).env_remove("GH_TOKEN"));
    assert!(told.contains("no token: set GH_TOKEN or GITHUB_TOKEN"), "{told}");
    let told = said(command(folder.path(), &server, &["--no-build"]).env("GITHUB_API_URL", "http://example.com"));
    assert!(told.contains("has to begin with `https://`"), "{told}");
    std::fs::write(folder.path().join("dist/a-small-book.epub"), "damaged").expect("a file");
    let told = said(&mut command(folder.path(), &server, &["--no-build"]));
    assert!(told.contains("a-small-book.epub is not the file that was built"), "{told}");
    std::fs::write(folder.path().join("manuscript/book.toml"), "[book]\n").expect("a file");
    let told = said(&mut command(folder.path(), &server, &[]));
    assert!(told.contains("nothing was released"), "{told}");
    assert!(server.state().log.is_empty());
}

/// What `verify` says, and its exit code.
fn verified(folder: &Path, server: &Server, what: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(["verify", what, "--repo", "ada/book"])
        .current_dir(folder)
        .env_remove("GITHUB_TOKEN")
        .env_remove("GH_TOKEN")
        .env("GITHUB_API_URL", &server.address)
        .output()
        .expect("the command");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_release_is_built_anew_from_its_tag_and_compared_by_anybody() {
    let (folder, server) = (book(), Server::start("v1.0"));
    let folder = folder.path();
    std::fs::write(folder.join(".gitignore"), "dist/\n").expect("a file");
    support::git(folder, &["init", "-q"]);
    support::git(folder, &["add", "."]);
    support::git(folder, &["commit", "-q", "-m", "One"]);
    support::git(folder, &["tag", "v1.0"]);
    let output = command(folder, &server, &[]).output().expect("the command");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // The book goes on; the release stays what it is.
    let chapter = first_chapter(folder);
    let text = std::fs::read_to_string(&chapter).expect("a chapter");
    std::fs::write(&chapter, format!("{text}\nOne more sentence.\n")).expect("a chapter");
    let (code, said) = verified(folder, &server, "v1.0");
    assert_eq!(code, Some(0), "{said}");
    for line in [
        "a-small-book.epub  is the same",
        "a-small-book-print.pdf  is the same",
        "SHA256SUMS  agrees with the files",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert_eq!(server.state().leaks, 0);

    // Of the file that was built before the sentence came.
    let (code, said) = verified(folder, &server, "dist/a-small-book.epub");
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("One more sentence.") && said.contains(".xhtml, line "),
        "{said}"
    );
    assert!(said.contains("manuscript ") && said.contains("+changes"), "{said}");
    let (code, said) = verified(folder, &server, "dist/a-small-book-print.pdf");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("page ") && said.contains("what is drawn on it"), "{said}");
    std::fs::write(&chapter, text).expect("a chapter");
    assert_eq!(verified(folder, &server, "dist/a-small-book.epub").0, Some(0));
    assert_eq!(verified(folder, &server, "dist/a-small-book-screen.pdf").0, Some(0));
    for name in ["a-small-book (2).epub", "another name.epub"] {
        std::fs::copy(folder.join("dist/a-small-book.epub"), folder.join(name)).expect("a copy");
        assert_eq!(verified(folder, &server, name).0, Some(0), "{name}");
    }

    // Somebody puts another file into the release.
    let pdf = server.state().releases[0].assets[0].bytes.clone();
    server.state().releases[0].assets[2].bytes = pdf;
    let (code, said) = verified(folder, &server, "v1.0");
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("a-small-book.epub  differs\n  it is no whole archive"),
        "{said}"
    );
    assert!(
        said.contains("SHA256SUMS  differs\n  it has another digest of a-small-book.epub"),
        "{said}"
    );

    let old = server.state().releases[0].assets[1].clone();
    let old = github::Asset {
        id: 1,
        name: "a-small-book-old.pdf".to_owned(),
        ..old
    };
    server.state().releases[0].assets[1] = old;
    let (code, said) = verified(folder, &server, "v1.0");
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("a-small-book-old.pdf  has a name as a file of this book"),
        "{said}"
    );
    assert!(said.contains("a-small-book-screen.pdf  is made by the manuscript"), "{said}");

    for (what, told) in [
        ("v2.0", "this repository has no tag of that name"),
        ("dist/manifest.json", "the manuscript makes no file `manifest.json`"),
        ("dist", "there is no file `dist`"),
    ] {
        let (code, said) = verified(folder, &server, what);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(told), "{said}");
    }
}

/// The first file of text of a small book.
fn first_chapter(folder: &Path) -> std::path::PathBuf {
    let entries = std::fs::read_dir(folder.join("manuscript"))
        .expect("the manuscript")
        .flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "md"))
        .expect("a chapter")
}

#[test]
fn the_books_of_one_repository_are_attached_together_with_other_files() {
    let (one, other, server) = (book(), book(), Server::start("v1.0"));
    let place = tempfile::tempdir().expect("a folder");
    for (folder, name) in [(&one, "one"), (&other, "other")] {
        let toml = folder.path().join("manuscript/book.toml");
        let text = std::fs::read_to_string(&toml).expect("book.toml");
        std::fs::write(&toml, text.replace("A Small Book", name)).expect("book.toml");
        let built = Command::new(env!("CARGO_BIN_EXE_publish"))
            .args(["--format", "epub", "--out"])
            .arg(place.path().join(name))
            .current_dir(folder.path())
            .output();
        assert!(built.expect("the command").status.success());
    }
    std::fs::write(place.path().join("publish.tar.gz"), "a program").expect("a file");
    let run = |more: &[&str]| {
        let mut arguments = vec!["--no-build", "--out", "one", "--attach", "publish.tar.gz"];
        arguments.extend(more);
        command(place.path(), &server, &arguments).output().expect("the command")
    };
    let output = run(&["--out", "one"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("have one name"), "{said}");
    let output = run(&["--out", "other"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let state = server.state();
    let assets: Vec<(&str, &str)> = state.releases[0]
        .assets
        .iter()
        .map(|asset| (asset.name.as_str(), asset.media_type.as_str()))
        .collect();
    let epub = "application/epub+zip";
    let expected = [
        ("one.epub", epub),
        ("other.epub", epub),
        ("publish.tar.gz", "application/gzip"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ];
    assert_eq!(assets, expected);
    assert_eq!(state.releases[0].title, "v1.0");
}

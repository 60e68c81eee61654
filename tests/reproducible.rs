//! The same manuscript gives the same bytes: in another folder, for another user, in another place, on another day, with a
//! different number of threads.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// How a build differs from another.
struct Circumstances {
    /// The name of the folder above the book, of another length in each.
    folder: &'static str,
    /// What the environment says.
    environment: [(&'static str, &'static str); 6],
    /// The rights that new files do not have.
    umask: &'static str,
    /// How old the manuscript's files are, in days.
    age: u64,
    /// The user, where the test may choose.
    user: u32,
    /// What the clock says, where the test may choose.
    clock: &'static str,
}

/// Copies a folder, its files so many days old.
fn copy(from: &Path, to: &Path, age: u64) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to, age);
        } else {
            std::fs::copy(&from, &to).expect("a copy");
            let file = std::fs::File::options().append(true).open(&to).expect("a file");
            let time = std::time::SystemTime::now() - std::time::Duration::from_secs(age * 86_400);
            file.set_modified(time).expect("a time");
        }
    }
}

/// Builds a book, and gives the bytes of each file that was made.
fn built(book: &Path, how: &Circumstances) -> BTreeMap<String, Vec<u8>> {
    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().join(how.folder);
    copy(book, &folder.join("manuscript"), how.age);
    let program = outside.path().join("program");
    std::fs::copy(env!("CARGO_BIN_EXE_publish"), &program).expect("the command");
    open(outside.path());
    let mut command = at(how.clock);
    command
        .args(["sh", "-c", &format!("umask {} && exec \"$0\" --out dist --quiet", how.umask)])
        .arg(&program)
        .current_dir(&folder)
        .envs(how.environment);
    as_user(&mut command, how.user);
    let output = command.output().expect("the command");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = std::fs::read_dir(folder.join("dist")).expect("dist").flatten();
    files
        .map(|entry| {
            let name = entry.file_name().into_string().expect("a name");
            (name, std::fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// A command that runs another one by a clock of its own.
fn at(clock: &str) -> Command {
    let mut command = Command::new("env");
    if has_faketime() {
        command.args(["faketime", "-f", clock]);
    }
    command
}

fn has_faketime() -> bool {
    Command::new("faketime")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Lets everybody read and write in a folder.
#[cfg(unix)]
fn open(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).expect("rights");
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            open(&path);
        } else {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("rights");
        }
    }
}

#[cfg(not(unix))]
fn open(_: &Path) {}

/// Runs a command as another user, which only the superuser may.
#[cfg(unix)]
fn as_user(command: &mut Command, user: u32) {
    use std::os::unix::process::CommandExt as _;
    let own = Command::new("id").arg("-u").output().expect("id");
    if own.stdout.trim_ascii() == b"0" {
        command.uid(user);
    }
}

#[cfg(not(unix))]
fn as_user(_: &mut Command, _: u32) {}

#[test]
fn the_same_manuscript_gives_the_same_bytes_anywhere() {
    let one = Circumstances {
        folder: "a",
        environment: [
            ("TZ", "Pacific/Kiritimati"),
            ("LANG", "C"),
            ("LC_ALL", "C"),
            ("HOME", "/nonexistent"),
            ("RAYON_NUM_THREADS", "1"),
            ("SOURCE_DATE_EPOCH", "0"),
        ],
        umask: "077",
        age: 0,
        user: 0,
        clock: "@1999-12-31 23:59:58",
    };
    let other = Circumstances {
        folder: "a much longer/name of a folder/with blanks and ü",
        environment: [
            ("TZ", "Pacific/Pago_Pago"),
            ("LANG", "de_DE.UTF-8"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("HOME", "/tmp"),
            ("RAYON_NUM_THREADS", "4"),
            ("SOURCE_DATE_EPOCH", "2000000000"),
        ],
        umask: "000",
        age: 4000,
        user: 65_534,
        clock: "@2038-01-20 12:00:00",
    };
    if !has_faketime() {
        support::left_out("there is no `faketime`, so builds of another day are NOT compared");
    }
    for book in ["tests/books/gallery", "tests/books/matter", "tests/books/dialect"] {
        let book = support::root().join(book);
        let (here, there) = (built(&book, &one), built(&book, &other));
        assert!(here.len() >= 3, "{:?}", here.keys());
        assert!(here.keys().eq(there.keys()), "{:?} and {:?}", here.keys(), there.keys());
        for (name, bytes) in &here {
            assert!(there.get(name) == Some(bytes), "{}: {name} differs", book.display());
        }
    }
}

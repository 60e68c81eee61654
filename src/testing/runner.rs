//! Running one program: in a fresh folder, with a bare environment, within limits, and with nothing of it left behind.
//!
//! On Unix a shell stands between this process and the program: it sets the limits, is what the program sees as its parent,
//! and leads the process group that is killed as a whole when the program has ended or its time is up. Beside the program
//! the shell keeps a watcher that reads from a pipe of ours: should this process end early, by Ctrl-C for example, the
//! pipe closes and the watcher kills the group. Elsewhere the program alone is started and killed, without further limits.
//!
//! This holds back programs that run away by mistake. It is no prison: a listing has the rights of who runs it.

use super::processes;
use crate::manuscript::runners::Limits;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many bytes a listing may print to each of standard output and standard error.
pub(super) const MOST_PRINTED: usize = 1 << 20;
/// How long what was printed may take to arrive after all has been killed.
const GRACE: Duration = Duration::from_secs(2);

/// A program to run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    /// The program and its arguments.
    pub(super) line: &'a [String],
    /// The name of the file that the program's text is put into.
    pub(super) file: &'a str,
    /// The program's text.
    pub(super) text: &'a str,
}

/// How a program ended.
#[derive(Debug)]
pub(super) enum End {
    /// By itself.
    Exit(ExitStatus),
    /// It was killed because its time was up.
    Time,
    /// It was killed because it printed too much.
    Flood,
    /// It was killed because it started too many processes.
    Processes,
    /// It killed the process that watches it, by this signal.
    Watcher(i32),
    /// It could not be started.
    Start(std::io::Error),
}

/// What a program did.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) end: End,
    pub(super) output: Vec<u8>,
    /// What it said on standard error, without the name of its folder, which differs from run to run.
    pub(super) errors: String,
    pub(super) time: Duration,
}

/// The command with the file's name put in; at the end where it has no place.
pub(super) fn command_line(command: &[String], file: &str) -> Vec<String> {
    let mut line: Vec<String> = command.iter().map(|part| part.replace("{file}", file)).collect();
    if !command.iter().any(|part| part.contains("{file}")) {
        line.push(file.to_owned());
    }
    line
}

/// Runs a program to its end, or to that of its time.
pub(super) fn run(job: Job<'_>, limits: &Limits) -> Done {
    let start = Instant::now();
    match Place::make(job) {
        Ok(place) => {
            let mut done = attend(&place, job.line, limits, start);
            done.errors = place.without_folder(&done.errors);
            done.time = start.elapsed();
            done
        }
        Err(error) => Done::without_start(error),
    }
}

impl Done {
    fn without_start(error: std::io::Error) -> Self {
        Self {
            end: End::Start(error),
            output: Vec::new(),
            errors: String::new(),
            time: Duration::ZERO,
        }
    }
}

/// A program's folders: one that it finds itself in, which is its home too, and one for temporary files, so that the first
/// holds nothing but the program.
struct Place {
    home: PathBuf,
    temporary: PathBuf,
    /// Goes with all that is in it.
    _folder: tempfile::TempDir,
}

impl Place {
    fn make(job: Job<'_>) -> std::io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("publish-").tempdir()?;
        let root = folder.path().canonicalize()?;
        let place = Self {
            home: root.join("home"),
            temporary: root.join("tmp"),
            _folder: folder,
        };
        std::fs::create_dir(&place.home)?;
        std::fs::create_dir(&place.temporary)?;
        std::fs::write(place.home.join(job.file), job.text)?;
        Ok(place)
    }

    fn without_folder(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.home.to_string_lossy()), "")
    }

    /// The whole environment. Nothing of the author's own settings gets into the book, and what Python takes from the hour
    /// or from chance is fixed.
    fn environment(&self, command: &mut Command) {
        command.env_clear();
        for name in ["PATH", "SystemRoot"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env("HOME", &self.home).env("TMPDIR", &self.temporary);
        command.envs([
            ("LANG", "C.UTF-8"),
            ("LC_ALL", "C.UTF-8"),
            ("TZ", "UTC"),
            ("TERM", "dumb"),
            ("COLUMNS", "80"),
            ("NO_COLOR", "1"),
            ("PYTHONHASHSEED", "0"),
            ("PYTHONDONTWRITEBYTECODE", "1"),
            ("PYTHONNOUSERSITE", "1"),
        ]);
        command.current_dir(&self.home);
    }
}

/// Starts a program, waits for it, and kills what is left of it.
fn attend(place: &Place, line: &[String], limits: &Limits, start: Instant) -> Done {
    let mut command = shell(line, limits);
    place.environment(&mut command);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Done::without_start(error),
    };
    let output = Reader::new(child.stdout.take());
    let errors = Reader::new(child.stderr.take());
    let end = watch(&mut child, start + limits.time, &[&output, &errors]);
    kill(&mut child);
    let status = child.wait();
    processes::sweep(&place.home);
    let (output, errors) = (output.finish(), errors.finish());
    let flood = output.len() > MOST_PRINTED || errors.len() > MOST_PRINTED;
    let end = match (end, status) {
        (Some(end), _) => end,
        (None, _) if flood => End::Flood,
        (None, Ok(status)) => signal(&status).map_or(End::Exit(status), End::Watcher),
        (None, Err(error)) => End::Start(error),
    };
    Done {
        end,
        output,
        errors: String::from_utf8_lossy(&errors).into_owned(),
        time: Duration::ZERO,
    }
}

/// Waits until a program has ended, and then gives nothing; or says why it has to be killed.
fn watch(child: &mut Child, deadline: Instant, readers: &[&Reader]) -> Option<End> {
    let mut pause = Duration::from_millis(1);
    let mut before = processes::total();
    loop {
        if has_ended(child) {
            return None;
        }
        let now = Instant::now();
        if readers.iter().any(|reader| reader.is_full()) {
            return Some(End::Flood);
        }
        if now >= deadline {
            return Some(if is_crowd(child) { End::Processes } else { End::Time });
        }
        // To count a group takes long where there is a crowd, so it is done only where the whole system has grown.
        let total = processes::total();
        if total >= before + processes::MOST / 2 {
            if is_crowd(child) {
                return Some(End::Processes);
            }
            // Counting takes time, in which a crowd may have grown to its full size.
            before = total;
        }
        std::thread::sleep(pause.min(deadline.saturating_duration_since(now)));
        pause = (pause * 2).min(Duration::from_millis(16));
    }
}

/// What a program has printed so far, read by a thread of its own so that the program never waits.
struct Reader {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Reader {
    fn new(source: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = channel();
        let kept = Arc::clone(&bytes);
        // The thread ends with the pipe. Should a process that could not be killed hold the pipe, nobody waits for either.
        std::thread::spawn(move || {
            let mut chunk = [0; 16 << 10];
            let mut source = source;
            while let Some(count) = source.as_mut().and_then(|source| next(source, &mut chunk)) {
                let mut bytes = kept.lock().unwrap_or_else(PoisonError::into_inner);
                // One byte more than is allowed tells that there was more.
                let room = (MOST_PRINTED + 1).saturating_sub(bytes.len());
                bytes.extend_from_slice(chunk.get(..count.min(room)).unwrap_or_default());
            }
            // Nobody listens any more after the time of grace.
            let _ = end.send(());
        });
        Self { bytes, ended }
    }

    fn is_full(&self) -> bool {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).len() > MOST_PRINTED
    }

    /// All that was printed.
    fn finish(self) -> Vec<u8> {
        // Whether the end came or the time of grace is over: what is there is all there is.
        let _ = self.ended.recv_timeout(GRACE);
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads a piece; gives how long it is, or nothing at the end.
fn next(source: &mut impl Read, chunk: &mut [u8]) -> Option<usize> {
    loop {
        match source.read(chunk) {
            Ok(0) => return None,
            Ok(count) => return Some(count),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// Sets the limits that the system has, starts the watcher, runs the program. A limit that cannot be set is tried in a
/// shell of its own first, since some shells end at the attempt. What the shell itself would say, that a program was killed,
/// is told from the exit code and in the same words everywhere.
#[cfg(unix)]
const SHELL: &str = r#"
limit() { (ulimit "$@") >/dev/null 2>&1 && ulimit "$@"; }
limit -c 0
limit -f 524288
[ "$1" = 0 ] || limit -v "$1"
[ "$2" = 0 ] || limit -u "$2" || limit -p "$2"
shift 2
exec 3<&0 4>&2 </dev/null 2>/dev/null
{ read -r line <&3; kill -9 0; } >/dev/null 4>&- &
(exec "$@" 2>&4 3<&- 4>&-)
exit $?
"#;

#[cfg(unix)]
fn shell(line: &[String], limits: &Limits) -> Command {
    use std::os::unix::process::CommandExt as _;
    let memory = limits.memory.map_or(0, |bytes| bytes / 1024);
    // The system counts all of the user's threads, so those that are there already come on top; so does what other
    // listings may start at the same time.
    let processes = processes::threads_of_user().map_or(0, |threads| threads + processes::MOST * 8);
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SHELL, "publish", &memory.to_string(), &processes.to_string()]);
    command.args(line).stdin(Stdio::piped()).process_group(0);
    command
}

/// Whether a program has ended. It is not taken leave of yet: until then nobody else can get its number, and it is safe to
/// kill its group.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(Pid::from_child(child)), options), Ok(None))
}

/// Whether a group has too many processes. It is stopped while they are counted: among thousands that want to run, the
/// counting would never come to its end.
#[cfg(unix)]
fn is_crowd(child: &Child) -> bool {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = Pid::from_child(child);
    // The shell that leads the group is not taken leave of, so the group is there.
    let _ = kill_process_group(group, Signal::STOP);
    // The shell and its watcher are no processes of the listing's.
    let crowd = processes::count(child.id()) > processes::MOST + 2;
    if !crowd {
        let _ = kill_process_group(group, Signal::CONT);
    }
    crowd
}

#[cfg(unix)]
fn kill(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    // A group without members is what is wanted.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}

/// The signal that ended a process.
#[cfg(unix)]
fn signal(status: &ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(status)
}

#[cfg(not(unix))]
fn shell(line: &[String], _: &Limits) -> Command {
    let mut parts = line.iter();
    let mut command = Command::new(parts.next().map_or("", String::as_str));
    command.args(parts).stdin(Stdio::null());
    command
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

#[cfg(not(unix))]
fn is_crowd(_: &Child) -> bool {
    false
}

#[cfg(not(unix))]
fn kill(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
}

#[cfg(not(unix))]
fn signal(_: &ExitStatus) -> Option<i32> {
    None
}

/// Where a program is: as a shell would find it, or, with a `/` in its name, from `folder`.
pub(super) fn find(program: &str, folder: &Path) -> Option<PathBuf> {
    if program.contains('/') || Path::new(program).is_absolute() {
        return Some(folder.join(program)).filter(|path| path.is_file());
    }
    let names = [program.to_owned(), format!("{program}.exe")];
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)).collect::<Vec<_>>())
        .find(|path| path.is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run_bash(text: &str, time: u64) -> Done {
        let limits = Limits {
            time: Duration::from_millis(time),
            ..Limits::default()
        };
        let job = Job {
            line: &["sh".to_owned(), "listing.sh".to_owned()],
            file: "listing.sh",
            text,
        };
        run(job, &limits)
    }

    fn printed(done: &Done) -> String {
        String::from_utf8_lossy(&done.output).into_owned()
    }

    /// Whether a process has ended, be it that nobody has taken leave of it yet.
    fn is_gone(number: &str) -> bool {
        let state = Command::new("ps").args(["-o", "stat=", "-p", number.trim()]).output();
        let state = String::from_utf8(state.expect("ps").stdout).expect("text");
        state.trim().is_empty() || state.starts_with('Z')
    }

    #[test]
    fn a_program_finds_a_fresh_folder_and_a_bare_environment() {
        let done = run_bash(
            "ls; cat; [ \"$HOME\" = \"$(pwd -P)\" ] && echo home; env | cut -d= -f1 | sort",
            5000,
        );
        let text = printed(&done);
        assert!(text.starts_with("listing.sh\nhome\n"), "{text}");
        assert!(text.contains("PYTHONHASHSEED\n") && !text.contains("CARGO"), "{text}");
        assert!(matches!(done.end, End::Exit(status) if status.success()));
    }

    #[test]
    fn what_outlives_a_program_is_killed_with_it() {
        let done = run_bash("sleep 600 & echo $!", 60_000);
        assert!(matches!(done.end, End::Exit(_)), "{:?}", done.end);
        assert!(is_gone(&printed(&done)));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn so_is_what_has_left_the_group() {
        let done = run_bash("setsid sleep 30 >/dev/null 2>&1 & echo $!; sleep 0.2", 5000);
        assert!(matches!(done.end, End::Exit(status) if status.success()), "{done:?}");
        assert!(is_gone(&printed(&done)));
    }

    #[test]
    fn hanging_and_killing_do_no_harm() {
        assert!(matches!(run_bash("sleep 30", 200).end, End::Time));
        assert!(matches!(run_bash("kill -9 $PPID; sleep 30", 5000).end, End::Watcher(9)));
        assert!(matches!(run_bash("kill -9 0; sleep 30", 5000).end, End::Watcher(9)));
        assert!(matches!(run_bash("yes", 5000).end, End::Flood));
    }

    #[test]
    fn memory_is_limited() {
        let limits = Limits {
            memory: Some(64 << 20),
            ..Limits::default()
        };
        let job = Job {
            line: &["sh".to_owned(), "listing.sh".to_owned()],
            file: "listing.sh",
            text: "ulimit -v",
        };
        // Where the system knows no such limit, it stays unlimited.
        let shown = printed(&run(job, &limits));
        assert!(["65536", "unlimited"].contains(&shown.trim()), "{shown}");
    }
}
